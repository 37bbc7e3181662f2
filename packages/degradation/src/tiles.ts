import { type Tile, tiles as tilesOfSize } from '@deflow/images';

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

/** Tiles of one size that cover an image evenly, overlapping, and cut in the middle of each overlap. */
export function tiles(given: TilesOptions): Tile[] {
  const { width, height, multiple } = given;
  const overlap = roundUp(given.overlap, multiple);
  const options = { ...given, overlap, largestSide: roundUp(given.largestSide, multiple) };
  const [columns, rows] = counts(options);
  const [tileWidth, tileHeight] = [spanLength(width, columns, options), spanLength(height, rows, options)];
  return tilesOfSize({ width, height, tileWidth, tileHeight, overlap, multiple });
}
