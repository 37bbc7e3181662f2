import { MaxPool3D, type MaxPool3DInputs } from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { forEachPool, type PoolingAttributes, volumePooling } from '../pooling.ts';
import { trainingKernel } from '../training-kernel.ts';

/** Max pooling in three dimensions, past NaN. The backend's own never gives a maximum below zero. */
export const maxPool3d = trainingKernel<MaxPool3DInputs, PoolingAttributes>(
  MaxPool3D,
  ({ inputs: { x }, attrs, backend }) => {
    const pooling = volumePooling(x.shape, attrs);
    const result = backend.makeOutput(pooling.outputShape, 'float32');
    const [xs, maxima] = [floatsOf(backend, x), floatsOf(backend, result)];
    forEachPool(pooling, (output, inputs) => {
      for (let channel = 0; channel < pooling.channels; channel++) {
        let largest = Number.NEGATIVE_INFINITY;
        for (const start of inputs) if (xs[start + channel]! > largest) largest = xs[start + channel]!;
        maxima[output + channel] = largest;
      }
    });
    return result;
  },
);
