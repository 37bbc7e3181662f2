import type { LeakyReluAttrs, LeakyReluInputs } from '@tensorflow/tfjs-core';
import { noteSlope } from '../gradients/leaky-relu-slope.ts';
import { nativeKernel } from './native-kernel.ts';

/** tfjs-node's kernel, with the slope noted for the gradient. */
export const leakyRelu = nativeKernel<LeakyReluInputs, LeakyReluAttrs>('LeakyRelu', ({ attrs }, stock) => {
  noteSlope(attrs.alpha);
  return stock();
});
