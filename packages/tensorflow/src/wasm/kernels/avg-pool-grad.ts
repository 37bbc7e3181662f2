import { AvgPoolGrad, type AvgPoolGradInputs } from '@tensorflow/tfjs-core';
import { imagePooling, type PoolingAttributes } from '../pooling.ts';
import { averagePoolGradient } from '../pooling-gradients.ts';
import { trainingKernel } from '../training-kernel.ts';

/** The gradient of mean pooling. The backend's own, and the cpu backend's, is wrong along padded borders. */
export const avgPoolGrad = trainingKernel<AvgPoolGradInputs, PoolingAttributes>(
  AvgPoolGrad,
  ({ inputs, attrs, backend }) => averagePoolGradient(backend, inputs, imagePooling(inputs.input.shape, attrs)),
);
