import { getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { GradientsMissingError } from './errors.ts';
import { requireGradients } from './require-gradients.ts';

test('says what to install when TensorFlow.js cannot differentiate', () => {
  const registered = getGradient('Conv2D');
  if (registered) unregisterGradient('Conv2D');
  try {
    expect(requireGradients).toThrow(GradientsMissingError);
    expect(requireGradients).toThrow('@tensorflow/tfjs');
    registerGradient({ kernelName: 'Conv2D', gradFunc: () => ({}) });
    expect(requireGradients).not.toThrow();
  } finally {
    unregisterGradient('Conv2D');
    if (registered) registerGradient(registered);
  }
});
