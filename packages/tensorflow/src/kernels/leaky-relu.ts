import type { LeakyReluAttrs, LeakyReluInputs } from '@tensorflow/tfjs-core';
import { nativeKernel } from './native-kernel.ts';

let slopeIsNegative = false;

/** True when the last `leakyRelu` had a negative slope, so that its result does not tell the sign of its argument. */
export const lastSlopeIsNegative = (): boolean => slopeIsNegative;

/** tfjs-node's kernel. TensorFlow.js decides right after it what to keep for the gradient, without knowing the slope; hence this note. */
export const leakyRelu = nativeKernel<LeakyReluInputs, LeakyReluAttrs>('LeakyRelu', ({ attrs }, stock) => {
  slopeIsNegative = attrs.alpha < 0;
  return stock();
});
