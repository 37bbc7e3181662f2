import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addressOf } from '../backend.ts';
import { copyStrided, stridesOf } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** A tensor repeated along its axes of length one until it has `shape`, which is of the same rank. */
export const broadcastTo = trainingKernel<{ x: TensorInfo }, { shape: number[] }>(
  'BroadcastTo',
  ({ inputs: { x }, attrs: { shape }, backend }) => {
    const result = backend.makeOutput(shape, x.dtype);
    copyStrided(backend, {
      from: addressOf(backend, x),
      to: addressOf(backend, result),
      shape,
      fromStrides: stridesOf(x.shape).map((stride, axis) => (x.shape[axis] === 1 ? 0 : stride)),
      toStrides: stridesOf(shape),
    });
    return result;
  },
);
