import type { Region } from './noise-field.ts';

/** A tile to compute and the part of it to keep; both in pixels of the whole image. */
export interface Tile {
  readonly region: Region;
  readonly kept: Region;
}

export interface TilesOptions {
  readonly width: number;
  readonly height: number;
  /** Side of a tile; a multiple of `multiple`. */
  readonly tileSize: number;
  /** Pixels that neighbouring tiles share. */
  readonly overlap: number;
  /** Tiles begin at multiples of this. */
  readonly multiple: number;
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly keptStart: number;
  readonly keptEnd: number;
}

function spans(length: number, { tileSize, overlap, multiple }: TilesOptions): Span[] {
  if (length <= tileSize) return [{ start: 0, length, keptStart: 0, keptEnd: length }];
  const stride = Math.max(multiple, Math.floor((tileSize - overlap) / multiple) * multiple);
  const starts: number[] = [];
  for (let start = 0; start < length - tileSize; start += stride) starts.push(start);
  starts.push(length - tileSize);
  // Neighbours meet in the middle of what they share.
  const seams = starts.slice(1).map((start, index) => Math.round((start + starts[index]! + tileSize) / 2));
  return starts.map((start, index) => ({
    start,
    length: tileSize,
    keptStart: index === 0 ? 0 : seams[index - 1]!,
    keptEnd: seams[index] ?? length,
  }));
}

/** Tiles of one size that cover an image, overlapping, and cut in the middle of each overlap. */
export function tiles(options: TilesOptions): Tile[] {
  const columns = spans(options.width, options);
  return spans(options.height, options).flatMap((row) =>
    columns.map((column) => ({
      region: { x: column.start, y: row.start, width: column.length, height: row.length },
      kept: {
        x: column.keptStart,
        y: row.keptStart,
        width: column.keptEnd - column.keptStart,
        height: row.keptEnd - row.keptStart,
      },
    })),
  );
}
