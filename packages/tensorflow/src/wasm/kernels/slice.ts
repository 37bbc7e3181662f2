import { Slice, type SliceAttrs, type SliceInputs, slice_util } from '@tensorflow/tfjs-core';
import { copyBox, isCopyable } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** A box out of a tensor. The backend's own copies the whole tensor first. */
export const slice = trainingKernel<SliceInputs, SliceAttrs>(Slice, ({ inputs: { x }, attrs, backend }, stock) => {
  if (!isCopyable(x)) return stock();
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]];
  return copyBox(backend, x, begin, size);
});
