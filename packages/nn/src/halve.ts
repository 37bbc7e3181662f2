import { avgPool, reshape, slice, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';

type Size = [batch: number, height: number, width: number, channels: number];

/** Means of 2x2 pixels: [b, h, w, c] to [b, floor(h / 2), floor(w / 2), c]; bilinear resize by half with pixel centres. */
export const meanHalf = (x: Tensor): Tensor => avgPool(x as Tensor4D, 2, 2, 'valid');

/** The top left one of 2x2 pixels: [b, h, w, c] to [b, floor(h / 2), floor(w / 2), c]; nearest resize by half. */
export const nearestHalf = (x: Tensor): Tensor =>
  tidy(() => {
    const [batch, , , channels] = x.shape as Size;
    const [height, width] = [x.shape[1]! >> 1, x.shape[2]! >> 1];
    const even = slice(x, [0, 0, 0, 0], [batch, 2 * height, 2 * width, channels]);
    const left = slice(reshape(even, [batch * 2 * height * width, 2 * channels]), [0, 0], [-1, channels]);
    const top = slice(reshape(left, [batch * height, 2 * width * channels]), [0, 0], [-1, width * channels]);
    return reshape(top, [batch, height, width, channels]);
  });
