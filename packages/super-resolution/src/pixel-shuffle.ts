import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';

type Size = [batch: number, height: number, width: number, channels: number];

/**
 * [b, s h, s w, c] to [b, h, w, c s s]; channel c s s + dy s + dx holds pixel (dy, dx) of its block, as PyTorch's
 * `pixel_unshuffle` orders them. A copy of `x` for factor 1.
 */
export const pixelUnshuffle = (x: Tensor, factor: number): Tensor =>
  tidy(() => {
    const [batch, height, width, channels] = x.shape as Size;
    const [rows, columns] = [height / factor, width / factor];
    const blocks = transpose(reshape(x, [batch, rows, factor, columns, factor, channels]), [0, 1, 3, 5, 2, 4]);
    return reshape(blocks, [batch, rows, columns, channels * factor * factor]);
  });

/** The opposite of `pixelUnshuffle`: [b, h, w, c s s] to [b, s h, s w, c], PyTorch's `pixel_shuffle`. */
export const pixelShuffle = (x: Tensor, factor: number): Tensor =>
  tidy(() => {
    const [batch, rows, columns, depth] = x.shape as Size;
    const channels = depth / (factor * factor);
    const blocks = transpose(reshape(x, [batch, rows, columns, channels, factor, factor]), [0, 1, 4, 2, 5, 3]);
    return reshape(blocks, [batch, rows * factor, columns * factor, channels]);
  });
