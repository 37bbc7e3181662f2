import { MaxPoolGrad, type MaxPoolGradInputs } from '@tensorflow/tfjs-core';
import { imagePooling, type PoolingAttributes } from '../pooling.ts';
import { maxPoolGradient } from '../pooling-gradients.ts';
import { trainingKernel } from '../training-kernel.ts';

/** The gradient of max pooling. The backend's own loses it where the maximum is below zero. */
export const maxPoolGrad = trainingKernel<MaxPoolGradInputs, PoolingAttributes>(
  MaxPoolGrad,
  ({ inputs, attrs, backend }) => maxPoolGradient(backend, inputs, imagePooling(inputs.input.shape, attrs), 'first'),
);
