import { getGradient, registerGradient } from '@tensorflow/tfjs-core';

/**
 * Registers TensorFlow.js's gradients; those that are registered already stay. In Node `@tensorflow/tfjs-core` alone
 * has none: its main file is a bundle without them.
 */
export async function registerGradients(): Promise<void> {
  const { gradConfigs } = await import('../native/vendor/tfjs-node.mjs');
  for (const gradient of gradConfigs) if (getGradient(gradient.kernelName) == null) registerGradient(gradient);
}
