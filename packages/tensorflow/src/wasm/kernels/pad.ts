import { PadV2, type PadV2Attrs, type PadV2Inputs } from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { placeBox } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** A tensor with a border of one value. */
export const pad = trainingKernel<PadV2Inputs, PadV2Attrs>(PadV2, ({ inputs: { x }, attrs, backend }, stock) => {
  if (x.dtype !== 'float32') return stock();
  const shape = x.shape.map((length, axis) => length + attrs.paddings[axis]![0] + attrs.paddings[axis]![1]);
  const result = backend.makeOutput(shape, 'float32');
  floatsOf(backend, result).fill(attrs.constantValue);
  placeBox(
    backend,
    x,
    result,
    attrs.paddings.map(([before]) => before),
  );
  return result;
});
