import { concat, reshape, slice, type Tensor } from '@tensorflow/tfjs-core';

/** The colour of a pixel: (row + column) modulo 2. */
export type Colour = 0 | 1;

/**
 * The pixels of one colour of images [batch, height, width, channels] of even sizes: [batch, height, width / 2, channels].
 * Works on four axes, which every backend can slice and pad.
 */
export function pixelsOf(colour: Colour, x: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape;
  const rowPairs = reshape(x, [(batch * height) / 2, 2, width / 2, 2 * channels]);
  const [pairs] = rowPairs.shape;
  const row = (parity: number) =>
    slice(rowPairs, [0, parity, 0, (parity ^ colour) * channels], [pairs, 1, width / 2, channels]);
  return reshape(concat([row(0), row(1)], 1), [batch, height, width / 2, channels]);
}

/** The images whose pixels of colour 0 and 1 these are: undoes `pixelsOf`. */
export function joinColours(first: Tensor, second: Tensor): Tensor {
  const [batch, height, half, channels] = first.shape;
  const pairs = (batch * height) / 2;
  const [a, b] = [first, second].map((part) => reshape(part, [pairs, 2, half, channels]));
  const row = (part: Tensor, parity: number) => slice(part, [0, parity, 0, 0], [pairs, 1, half, channels]);
  const even = concat([row(a, 0), row(b, 0)], 3);
  const odd = concat([row(b, 1), row(a, 1)], 3);
  return reshape(concat([even, odd], 1), [batch, height, 2 * half, channels]);
}
