import { getGradient } from '@tensorflow/tfjs-core';
import { GradientsMissingError } from './errors.ts';

/**
 * Checks that TensorFlow.js can differentiate: in Node `@tensorflow/tfjs-core` alone registers no gradients. Call it before training.
 * @throws GradientsMissingError saying what to install.
 */
export function requireGradients(): void {
  if (getGradient('Conv2D')) return;
  throw new GradientsMissingError('TensorFlow.js has no gradients registered, so nothing can be trained.', {
    remedy: 'Call useTensorFlow() of @deflow/tensorflow, or install and import @tensorflow/tfjs, before training.',
    value: 'Conv2D',
  });
}
