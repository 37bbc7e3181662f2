import { AvgPoolGrad, type AvgPoolGradInputs } from '@tensorflow/tfjs-core';
import { imagePooling, type PoolingAttributes } from '../pooling.ts';
import { averagePoolGradient } from '../pooling-gradients.ts';
import { trainingKernel } from '../training-kernel.ts';

/**
 * The gradient of mean pooling. The backend's own, and the cpu backend's, is wrong along padded borders; it stays in use
 * for borders given side by side, for which TensorFlow has no counterpart and TensorFlow.js tests that it is so.
 */
export const avgPoolGrad = trainingKernel<AvgPoolGradInputs, PoolingAttributes>(
  AvgPoolGrad,
  ({ inputs, attrs, backend }, stock) => {
    if (Array.isArray(attrs.pad)) return stock();
    return averagePoolGradient(backend, inputs, imagePooling(inputs.input.shape, attrs));
  },
);
