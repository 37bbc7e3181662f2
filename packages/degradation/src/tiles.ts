import type { Region } from './noise-field.ts';

/** A tile to compute and the part of it to keep; both in pixels of the whole image. */
export interface Tile {
  readonly region: Region;
  readonly kept: Region;
}

export interface TilesOptions {
  readonly width: number;
  readonly height: number;
  /** Pixels that a tile may have. */
  readonly largestArea: number;
  /** Largest side of a tile. */
  readonly largestSide: number;
  /** Pixels that neighbouring tiles share at least. */
  readonly overlap: number;
  /** Width, height, and where tiles begin are multiples of this. */
  readonly multiple: number;
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly keptStart: number;
  readonly keptEnd: number;
}

const roundUp = (length: number, multiple: number) => Math.ceil(length / multiple) * multiple;

/** The length of each of `count` spans that cover `length`. */
const spanLength = (length: number, count: number, { overlap, multiple }: TilesOptions) =>
  Math.min(length, roundUp((length + (count - 1) * overlap) / count, multiple));

/** Into how many columns and rows to cut: so that the least is computed twice, within the limits where these leave more than overlap. */
function counts(options: TilesOptions): [columns: number, rows: number] {
  const { width, height, largestArea, largestSide, overlap, multiple } = options;
  const most = (length: number) => Math.max(1, Math.ceil((length - overlap) / multiple));
  let best: { count: [number, number]; fits: boolean; work: number } | undefined;
  for (let columns = 1; columns <= most(width); columns++) {
    const tileWidth = spanLength(width, columns, options);
    for (let rows = 1; rows <= most(height); rows++) {
      const tileHeight = spanLength(height, rows, options);
      const area = tileWidth * tileHeight;
      const fits = area <= largestArea && Math.max(tileWidth, tileHeight) <= largestSide;
      // Where nothing fits, the smallest tiles come closest.
      const work = fits ? columns * rows * area : area;
      const isBetter = !best || (fits === best.fits ? work < best.work : fits);
      if (isBetter) best = { count: [columns, rows], fits, work };
      if (fits) break;
    }
  }
  return best!.count;
}

function spans(length: number, count: number, options: TilesOptions): Span[] {
  const { multiple } = options;
  const tile = spanLength(length, count, options);
  const starts = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.floor((index * (length - tile)) / (count - 1) / multiple) * multiple,
  );
  // Neighbours meet in the middle of what they share.
  const seams = starts.slice(1).map((start, index) => Math.round((start + starts[index]! + tile) / 2));
  return starts.map((start, index) => ({
    start,
    length: tile,
    keptStart: index === 0 ? 0 : seams[index - 1]!,
    keptEnd: seams[index] ?? length,
  }));
}

/** Tiles of one size that cover an image evenly, overlapping, and cut in the middle of each overlap. */
export function tiles(given: TilesOptions): Tile[] {
  const { multiple } = given;
  const [overlap, largestSide] = [given.overlap, given.largestSide].map((each) => roundUp(each, multiple)) as [
    number,
    number,
  ];
  const options = { ...given, overlap, largestSide };
  const [columnCount, rowCount] = counts(options);
  const columns = spans(options.width, columnCount, options);
  return spans(options.height, rowCount, options).flatMap((row) =>
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
