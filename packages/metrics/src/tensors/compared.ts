import { OptionError } from '@deflow/images';
import { add, mul, scalar, slice, sub, type Tensor1D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { Colour } from '../input/colour.ts';
import { AlphaChannelError, ImageTooSmallError, SizeMismatchError } from '../input/errors.ts';
import { inColour } from './colour.ts';
import { TensorShapeError, ValueRangeError } from './errors.ts';
import { imageSums } from './totals.ts';

/** The value of white where black is 0, or the values of black and white. */
export type TensorRange = number | readonly [black: number, white: number];

/** What a tensor's numbers mean, and what part of the images is compared. */
export interface TensorComparisonOptions {
  /** `1` for values 0..1, `255` for 0..255, `[-1, 1]`: never guessed. */
  readonly range: TensorRange;
  /** Pixels cut off at each of the four sides before anything else; default 0. */
  readonly cropBorder?: number;
}

interface Preparation extends TensorComparisonOptions {
  readonly colour?: Colour;
  /** The fewest pixels a side. */
  readonly minimum?: number;
}

/** Black and white of a range. @throws ValueRangeError */
export function blackAndWhite(range: TensorRange): readonly [black: number, white: number] {
  const [black, white] = Array.isArray(range) ? (range as readonly [number, number]) : [0, range as number];
  if (!Number.isFinite(black) || !Number.isFinite(white) || !(white > black)) throw new ValueRangeError(range);
  return [black, white];
}

/**
 * The scores of both batches, whose tensors `score` gets with values 0..255, cropped and in the wanted colours.
 * An image with a NaN or infinite sample has the score NaN, whatever the metric and the backend make of it.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError, ValueRangeError
 */
export function comparedBatches(
  metric: string,
  image: Tensor4D,
  reference: Tensor4D,
  options: Preparation,
  score: (image: Tensor4D, reference: Tensor4D) => Tensor1D,
): Tensor1D {
  return tidy(() => {
    const pair = prepared(metric, image, reference, options);
    return add(score(pair[0], pair[1]), nothing(image, reference)) as Tensor1D;
  });
}

/** Both batches with values 0..255, cropped and in the wanted colours. Throws as `comparedBatches` does. */
export function prepared(
  metric: string,
  image: Tensor4D,
  reference: Tensor4D,
  { range, colour = 'rgb', cropBorder = 0, minimum = 1 }: Preparation,
): readonly [Tensor4D, Tensor4D] {
  const [black, white] = blackAndWhite(range);
  for (const { shape } of [image, reference]) checkShape(shape);
  const text = ({ shape: [batch, height, width, channels] }: Tensor4D) =>
    `${batch} of ${width} x ${height} x ${channels}`;
  if (text(image) !== text(reference)) throw new SizeMismatchError(text(image), text(reference));
  if (!Number.isInteger(cropBorder) || cropBorder < 0)
    throw new OptionError(`Cannot cut off ${cropBorder} pixels.`, {
      value: cropBorder,
      remedy: 'cropBorder is a whole number of at least 0; in super-resolution the scale.',
    });
  const [batch, height, width, channels] = image.shape;
  const [newHeight, newWidth] = [Math.max(height - 2 * cropBorder, 0), Math.max(width - 2 * cropBorder, 0)];
  if (Math.min(newHeight, newWidth) < minimum) throw new ImageTooSmallError(metric, newWidth, newHeight, minimum);
  const ready = (x: Tensor4D) => {
    const cropped: Tensor4D = cropBorder
      ? slice(x, [0, cropBorder, cropBorder, 0], [batch, newHeight, newWidth, channels])
      : x;
    return inColour(scaled(cropped, black, white), colour);
  };
  return [ready(image), ready(reference)];
}

/**
 * A batch with values 0..255.
 *
 * @throws TensorShapeError, AlphaChannelError, ValueRangeError
 */
export function scaledBatch(x: Tensor4D, range: TensorRange): Tensor4D {
  const [black, white] = blackAndWhite(range);
  checkShape(x.shape);
  return scaled(x, black, white);
}

function checkShape(shape: readonly number[]): void {
  const [batch = 0, , , channels] = shape;
  if (shape.length === 4 && (channels === 2 || channels === 4)) throw new AlphaChannelError(channels);
  if (shape.length !== 4 || batch < 1 || (channels !== 1 && channels !== 3)) throw new TensorShapeError(shape);
}

function scaled(x: Tensor4D, black: number, white: number): Tensor4D {
  const shifted: Tensor4D = black === 0 ? x : sub(x, scalar(black));
  const factor = 255 / (white - black);
  return factor === 1 ? shifted : mul(shifted, scalar(factor));
}

/** 0 for each image, but NaN where a sample is not finite; its gradient is 0. */
export function nothing(image: Tensor4D, reference: Tensor4D): Tensor1D {
  const total = imageSums(add(image, reference));
  return sub(total, total) as Tensor1D;
}
