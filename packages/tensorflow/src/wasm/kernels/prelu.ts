import { mul, neg, Prelu, type PreluInputs, relu, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { trainingKernel } from '../training-kernel.ts';

/** max(x, 0) + alpha min(x, 0). The backend's own is wrong for an alpha that differs from one sample to the next. */
export const prelu = trainingKernel<PreluInputs, object>(Prelu, ({ inputs: { x, alpha } }, stock) => {
  const outer = alpha.shape.slice(0, -1);
  if (outer.every((length) => length === 1)) return stock();
  return tidy(() => sub(relu(x as Tensor), mul(alpha as Tensor, relu(neg(x as Tensor)))));
});
