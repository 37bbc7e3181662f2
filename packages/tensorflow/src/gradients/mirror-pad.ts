import { getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core';
import { configureGradient, type FastGradient, isInstalled, runKernel } from './fast-gradient.ts';

const mirrorPad: FastGradient = {
  kernelName: 'MirrorPad',
  requires: 'MirrorPadGrad',
  gradients: (dy, _, attributes) => ({ x: () => runKernel('MirrorPadGrad', { dy }, attributes) }),
};

/**
 * Puts the right gradient of `mirrorPad` in place of TensorFlow.js's, on the native backend: what flows into the mirrored border is
 * added to where the border comes from. TensorFlow.js leaves it out, and tests in its own suite that it does; so this is a choice.
 */
export function registerExactMirrorPadGradient(): void {
  const stock = getGradient('MirrorPad');
  if (stock == null || isInstalled('MirrorPad')) return;
  unregisterGradient('MirrorPad');
  registerGradient(configureGradient(mirrorPad, stock));
}
