import { Identity, type IdentityInputs } from '@tensorflow/tfjs-core';
import { trainingKernel } from '../training-kernel.ts';

/** A tensor with the same numbers in the same place. The backend's own copies them, once for each that a gradient needs. */
export const identity = trainingKernel<IdentityInputs, object>(Identity, ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
