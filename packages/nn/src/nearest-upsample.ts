import { concat, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';

type Size = [batch: number, height: number, width: number, channels: number];

/**
 * Replicates every pixel `factor` times in both directions: [b, h, w, c] to [b, factor h, factor w, c].
 * Made of concatenations: the gradient of TensorFlow.js's own resize is wrong on its CPU backend for more than one image.
 */
export const nearestUpsample = (factor: number): Layer => ({
  parameters: {},
  apply: (x) =>
    tidy(() => {
      const [batch, height, width, channels] = x.shape as Size;
      const copies = (rows: Tensor) => concat(new Array<Tensor>(factor).fill(rows), 1);
      const wide = copies(reshape(x, [batch * height * width, channels]));
      const tall = copies(reshape(wide, [batch * height, width * factor * channels]));
      return reshape(tall, [batch, height * factor, width * factor, channels]);
    }),
});
