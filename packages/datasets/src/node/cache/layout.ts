import type { Rounding } from '@deflow/images';
import type { SkippedFile } from '../../errors.ts';

/** What is made of every image; a change of it makes everything anew. */
export interface CacheSettings {
  /** Reductions stored, 1 is the image itself. */
  readonly scales: readonly number[];
  /** 8: everything as uint8; `source`: 16-bit images stay uint16. */
  readonly bits: 8 | 'source';
  /** Side of the square tiles in pixels. */
  readonly tile: number;
  readonly rounding: Rounding;
  /** Width and height are cut at the right and the bottom to multiples of this before they are reduced. */
  readonly multiple: number;
}

/** One image at one scale: RGB samples in tiles, at `offset` of its pack. */
export interface StoredImage {
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  readonly offset: number;
  readonly bytes: number;
  /** CRC-32 of the bytes. */
  readonly crc32: number;
}

export interface CacheEntry {
  /** Path below the source folder, with `/`. */
  readonly name: string;
  /** The file it was made of: how large, when changed (ms since 1970), and the SHA-256 of its bytes. */
  readonly source: { readonly bytes: number; readonly modified: number; readonly sha256: string };
  /** File name inside the cache folder. */
  readonly pack: string;
  readonly stored: readonly StoredImage[];
}

/** `manifest.json`: written last, so a cache that has one is complete. */
export interface CacheManifest {
  readonly format: 'deflow-image-cache';
  readonly version: 1;
  readonly settings: CacheSettings;
  readonly entries: readonly CacheEntry[];
  readonly skipped: readonly SkippedFile[];
}

export const manifestName = 'manifest.json';

type Raw = Uint8Array | Uint16Array;

/**
 * Visits the tiles of an image row by row. A tile holds its rows one after the other; tiles at the right and lower edge
 * are cut to the image, so that an image takes width * height * 3 samples and the tile at row r and column c starts at
 * sample 3 * (r * tile * width + c * tile * height of the row).
 */
function eachTileRow(width: number, height: number, tile: number, visit: (from: number, length: number) => void): void {
  for (let top = 0; top < height; top += tile)
    for (let left = 0; left < width; left += tile)
      for (let y = top; y < Math.min(top + tile, height); y++)
        visit((y * width + left) * 3, Math.min(tile, width - left) * 3);
}

/** RGB samples row by row to tiles. */
export function toTiles<Data extends Raw>(data: Data, width: number, height: number, tile: number): Data {
  const tiles = data.slice() as Data;
  let to = 0;
  eachTileRow(width, height, tile, (from, length) => {
    tiles.set(data.subarray(from, from + length), to);
    to += length;
  });
  return tiles;
}

/** The inverse of `toTiles`. */
export function fromTiles<Data extends Raw>(tiles: Data, width: number, height: number, tile: number): Data {
  const data = tiles.slice() as Data;
  let at = 0;
  eachTileRow(width, height, tile, (to, length) => {
    data.set(tiles.subarray(at, at + length), to);
    at += length;
  });
  return data;
}
