import { OptionError } from './errors.ts';
import type { Rectangle } from './geometry.ts';

export interface TilesOptions {
  /** Size of the image. */
  readonly width: number;
  readonly height: number;
  /** Size of a tile; an image that is no wider or no higher has tiles of its own width or height. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Pixels that neighbouring tiles share, at least. */
  readonly overlap: number;
  /** Tiles begin at multiples of this; all the other numbers have to be multiples of it. 1 unless given. */
  readonly multiple?: number;
}

/** A tile to compute and the part of it to keep; both in pixels of the whole image. */
export interface Tile {
  readonly region: Rectangle;
  readonly kept: Rectangle;
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly keptStart: number;
  readonly keptEnd: number;
}

/** As few spans as the overlap allows, spread evenly, so that none is computed for a few pixels only. */
function spans(length: number, tile: number, overlap: number, multiple: number): Span[] {
  if (length <= tile) return [{ start: 0, length, keptStart: 0, keptEnd: length }];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  const distance = (length - tile) / (count - 1);
  const starts = Array.from({ length: count }, (_, index) => Math.round((index * distance) / multiple) * multiple);
  // Neighbours meet in the middle of what they share.
  const seams = starts.slice(1).map((start, index) => Math.round((start + starts[index]! + tile) / 2));
  return starts.map((start, index) => ({
    start,
    length: tile,
    keptStart: index === 0 ? 0 : seams[index - 1]!,
    keptEnd: seams[index] ?? length,
  }));
}

/**
 * Tiles of one size that cover an image evenly, overlapping, and cut in the middle of each overlap: what is kept of them covers
 * every pixel once. Row by row, from the top left.
 *
 * @throws OptionError when a number is not whole or not a multiple, or a tile no larger than the overlap.
 */
export function tiles(options: TilesOptions): Tile[] {
  const { width, height, tileWidth, tileHeight, overlap, multiple = 1 } = options;
  checkOptions({ ...options, multiple });
  const columns = spans(width, tileWidth, overlap, multiple);
  return spans(height, tileHeight, overlap, multiple).flatMap((row) =>
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

function checkOptions(options: Required<TilesOptions>): void {
  const { width, height, tileWidth, tileHeight, overlap, multiple } = options;
  const numbers = [width, height, tileWidth, tileHeight, overlap];
  const isWhole = Number.isInteger(multiple) && multiple >= 1 && numbers.every((each) => each % multiple === 0);
  const isLarger = (length: number, tile: number) => length >= 1 && tile >= 1 && (length <= tile || tile > overlap);
  if (isWhole && overlap >= 0 && isLarger(width, tileWidth) && isLarger(height, tileHeight)) return;
  throw new OptionError(
    `Tiles of ${tileWidth} x ${tileHeight} that share ${overlap} pixels cannot cover ${width} x ${height} in steps of ${multiple}.`,
    { value: options, remedy: 'Give whole multiples of the step, the overlap from 0 on and below the tile.' },
  );
}
