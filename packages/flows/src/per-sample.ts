import { add, mul, sum, type Tensor, type Tensor1D, zeros } from '@tensorflow/tfjs-core';

/** Sums everything of a sample: [batch, ...] to [batch]. */
export const sumPerSample = (x: Tensor): Tensor1D =>
  sum(
    x,
    x.shape.slice(1).map((_, axis) => axis + 1),
  );

/** `scalar` times `factor` for each of `batch` samples: [batch]. */
export const samePerSample = (scalar: Tensor, factor: number, batch: number): Tensor1D =>
  add(zeros([batch]), mul(scalar, factor));
