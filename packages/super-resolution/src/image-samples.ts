import { crop, type Image, pad, type Rectangle, type Samples, type Tile, toFloat, toRgb } from '@deflow/images';

/** The value of white. */
const whiteOf = (data: Samples): number => {
  if (data instanceof Uint8Array) return 255;
  return data instanceof Uint16Array ? 65535 : 1;
};

/** `length` more samples of the same type, 0. */
export function samplesLike<Data extends Samples>(data: Data, length: number): Data {
  const make = data.constructor as new (length: number) => Data;
  return new make(length);
}

/** Mirrored at the right and the bottom to multiples of `multiple`. */
export function padToMultiple<Data extends Samples>(image: Image<Data>, multiple: number): Image<Data> {
  const missing = (length: number) => (multiple - (length % multiple)) % multiple;
  const [right, bottom] = [missing(image.width), missing(image.height)];
  return right + bottom > 0 ? pad(image, { right, bottom }) : image;
}

/** A part of a grey or colour image for a network with `channels` inputs: float32, 0..1. */
export function networkInput(image: Image, region: Rectangle, channels: number): Image<Float32Array> {
  const part = crop(image, region);
  return toFloat(channels === 3 ? toRgb(part) : part);
}

/** Where a tile's samples go. */
export interface TileTarget<Data extends Samples> {
  readonly image: Image<Data>;
  /** How many of the image's channels are colours: 1 or 3. */
  readonly colours: number;
}

/**
 * Writes the kept part of a tile of `channels` channels, 0..1, to its place in the enlarged image: integers clipped and rounded
 * (half up), floats as they are; grey images take the luma of RGB (BT.601). What lies beyond the image is left out.
 */
export function placeTile<Data extends Samples>(
  { image, colours }: TileTarget<Data>,
  values: ArrayLike<number>,
  channels: number,
  { region, kept }: Tile,
): void {
  const white = whiteOf(image.data);
  const fit = white === 1 ? (value: number) => value : (value: number) => Math.min(Math.max(value, 0), 1) * white + 0.5;
  const luma = colours === 1 && channels === 3;
  const rows = Math.min(kept.height, image.height - kept.y);
  const columns = Math.min(kept.width, image.width - kept.x);
  for (let row = 0; row < rows; row++) {
    let from = ((kept.y - region.y + row) * region.width + kept.x - region.x) * channels;
    let to = ((kept.y + row) * image.width + kept.x) * image.channels;
    for (let column = 0; column < columns; column++, from += channels, to += image.channels) {
      if (luma) {
        image.data[to] = fit(0.299 * values[from]! + 0.587 * values[from + 1]! + 0.114 * values[from + 2]!);
      } else for (let c = 0; c < colours; c++) image.data[to + c] = fit(values[from + c]!);
    }
  }
}
