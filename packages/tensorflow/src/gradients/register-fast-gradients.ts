import { getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core';
import { activationGradients } from './activations.ts';
import { configureGradient, type FastGradient, isInstalled } from './fast-gradient.ts';
import { normalizationGradients } from './normalization.ts';
import { reductionGradients } from './reductions.ts';

/** All of them. */
export const fastGradients: readonly FastGradient[] = [
  ...activationGradients,
  ...normalizationGradients,
  ...reductionGradients,
];

/**
 * Puts TensorFlow's own gradients in place of those that TensorFlow.js composes. On backends without them, and where a gradient is
 * differentiated itself, TensorFlow.js's stay in use. They must be registered before; again does nothing.
 */
export function registerFastGradients(): void {
  for (const fast of fastGradients) {
    const stock = getGradient(fast.kernelName);
    if (stock == null || isInstalled(fast.kernelName)) continue;
    unregisterGradient(fast.kernelName);
    registerGradient(configureGradient(fast, stock));
  }
}
