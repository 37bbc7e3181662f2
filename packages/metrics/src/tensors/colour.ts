import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  clipByValue,
  customGrad,
  floor,
  mul,
  reshape,
  scalar,
  type Tensor,
  type Tensor4D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { type Colour, conversions } from '../input/colour.ts';

/**
 * [batch, height, width, channels] with values 0..255 in the colours that a metric looks at.
 * Gradients pass rounding as if it were not there.
 */
export function inColour(x: Tensor4D, colour: Colour): Tensor4D {
  if (colour === 'rgb') return x;
  const { weights, offset, rounded } = conversions[colour];
  const grey = x.shape[3] === 1 && offset === 0 ? x : withOffset(mixed(x, [weights]), offset);
  return rounded ? roundedTo8Bits(grey) : grey;
}

/** Y, I and Q of NTSC's YIQ, unrounded, as three channels. */
export const toYiq = (x: Tensor4D): Tensor4D =>
  mixed(x, [
    [0.299, 0.587, 0.114],
    [0.5959, -0.2746, -0.3213],
    [0.2115, -0.5227, 0.3112],
  ]);

/** Weighted sums of red, green and blue, one channel for each row; a grey image counts as three equal channels. */
export function mixed(x: Tensor4D, rows: readonly (readonly [number, number, number])[]): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const matrix =
    channels === 1
      ? [rows.map(([r, g, b]) => r + g + b)]
      : [0, 1, 2].map((channel) => rows.map((row) => row[channel]!));
  const pixels = reshape(x, [batch * height * width, channels]);
  return reshape(matrixProduct(pixels, tensor2d(matrix)), [batch, height, width, rows.length]);
}

const withOffset = (x: Tensor4D, offset: number): Tensor4D => (offset === 0 ? x : add(x, scalar(offset)));

/** Half up, within 0..255. */
const roundedTo8Bits = (x: Tensor4D): Tensor4D =>
  customGrad((input: Tensor | unknown) => ({
    value: clipByValue(floor(add(input as Tensor, scalar(0.5))), 0, 255),
    gradFunc: (dy: Tensor) => mul(dy, scalar(1)),
  }))(x) as Tensor4D;
