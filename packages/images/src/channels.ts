import { ImageChannelsError, ImageSizeError } from './errors.ts';
import { checkImage, emptyLike, type Image, type Samples, whiteOf } from './image.ts';

/** Fits a computed value to the sample type: integers are clipped and rounded (half up), floats stay as they are. */
function fit(value: number, white: number, integer: boolean): number {
  return integer ? Math.floor(Math.min(Math.max(value, 0), white) + 0.5) : value;
}

const isInteger = (data: Samples): boolean => data instanceof Uint8Array || data instanceof Uint16Array;

/** Separates alpha from colour, both untouched; `alpha` is undefined when the image has none. */
export function splitAlpha<Data extends Samples>(
  image: Image<Data>,
): { colour: Image<Data>; alpha: Image<Data> | undefined } {
  checkImage(image);
  const { channels, data } = image;
  if (channels === 1 || channels === 3) return { colour: image, alpha: undefined };
  const kept = channels === 4 ? 3 : 1;
  const colour = emptyLike(image, { channels: kept });
  const alpha = emptyLike(image, { channels: 1 });
  for (let pixel = 0; pixel < alpha.data.length; pixel++) {
    for (let channel = 0; channel < kept; channel++)
      colour.data[pixel * kept + channel] = data[pixel * channels + channel]!;
    alpha.data[pixel] = data[pixel * channels + kept]!;
  }
  return { colour, alpha };
}

/**
 * The opposite of `splitAlpha`: grey or RGB with a grey image as its alpha.
 *
 * @throws ImageChannelsError when `colour` has alpha already or `alpha` is not grey, ImageSizeError when sizes differ.
 */
export function joinAlpha<Data extends Samples>(colour: Image<Data>, alpha: Image<Data>): Image<Data> {
  checkImage(colour);
  checkImage(alpha);
  if (colour.channels % 2 === 0 || alpha.channels !== 1)
    throw new ImageChannelsError(`Cannot join ${colour.channels} channels with an alpha of ${alpha.channels}.`, {
      value: [colour.channels, alpha.channels],
      remedy: 'Give a grey or RGB image, and a grey one as its alpha.',
    });
  if (colour.width !== alpha.width || colour.height !== alpha.height)
    throw new ImageSizeError(
      `The image is ${colour.width} x ${colour.height}, its alpha ${alpha.width} x ${alpha.height}.`,
      { remedy: 'Resize one of them.' },
    );
  const kept = colour.channels;
  const result = emptyLike(colour, { channels: (kept + 1) as 2 | 4 });
  for (let pixel = 0; pixel < alpha.data.length; pixel++) {
    for (let channel = 0; channel < kept; channel++)
      result.data[pixel * (kept + 1) + channel] = colour.data[pixel * kept + channel]!;
    result.data[pixel * (kept + 1) + kept] = alpha.data[pixel]!;
  }
  return result;
}

export interface ToRgbOptions {
  /** The colour behind transparent pixels: RGB from 0 (black) to 1 (white); default white. */
  readonly background?: readonly [number, number, number];
}

/**
 * Three channels: grey is replicated, alpha is laid over `background` (on the gamma-encoded samples, as browsers do;
 * opaque pixels stay untouched). An RGB image is returned as it is, not copied.
 */
export function toRgb<Data extends Samples>(
  image: Image<Data>,
  { background = [1, 1, 1] }: ToRgbOptions = {},
): Image<Data> {
  checkImage(image);
  const { channels, data } = image;
  if (channels === 3) return image;
  const colours = channels === 4 ? 3 : 1;
  const white = whiteOf(data);
  const integer = isInteger(data);
  const result = emptyLike(image, { channels: 3 });
  for (let pixel = 0; pixel < image.width * image.height; pixel++) {
    const start = pixel * channels;
    const opacity = channels % 2 === 0 ? data[start + colours]! / white : 1;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[start + (channel % colours)]!;
      const behind = background[channel]! * white;
      result.data[pixel * 3 + channel] =
        opacity === 1 ? value : fit(value * opacity + behind * (1 - opacity), white, integer);
    }
  }
  return result;
}

/**
 * One channel: luma by ITU-R BT.601 of the gamma-encoded samples, 0.299 R + 0.587 G + 0.114 B (as in JPEG), rounded for
 * integer samples. Alpha is dropped; a grey image is returned as it is.
 */
export function grey<Data extends Samples>(image: Image<Data>): Image<Data> {
  const { colour } = splitAlpha(image);
  if (colour.channels === 1) return colour;
  const { data } = colour;
  const white = whiteOf(data);
  const integer = isInteger(data);
  const result = emptyLike(colour, { channels: 1 });
  for (let pixel = 0; pixel < result.data.length; pixel++) {
    const luma = 0.299 * data[pixel * 3]! + 0.587 * data[pixel * 3 + 1]! + 0.114 * data[pixel * 3 + 2]!;
    result.data[pixel] = fit(luma, white, integer);
  }
  return result;
}
