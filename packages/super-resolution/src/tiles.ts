/** A rectangle in pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A tile to compute and the part of it to keep; both in pixels of the whole image. */
export interface Tile {
  readonly region: Region;
  readonly kept: Region;
}

export interface TilesOptions {
  readonly width: number;
  readonly height: number;
  /** Side of a tile. */
  readonly tile: number;
  /** Pixels that neighbouring tiles share, at least; below `tile`. */
  readonly overlap: number;
  /** Tiles begin and end at multiples of this; all the other numbers are multiples of it. */
  readonly multiple: number;
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly keptStart: number;
  readonly keptEnd: number;
}

/** As few spans as the overlap allows, spread evenly, so that none is computed for a few pixels only. */
function spans(length: number, { tile, overlap, multiple }: TilesOptions): Span[] {
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
