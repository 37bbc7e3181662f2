import { MaxPool3DGrad, type MaxPool3DGradInputs } from '@tensorflow/tfjs-core';
import { type PoolingAttributes, volumePooling } from '../pooling.ts';
import { maxPoolGradient } from '../pooling-gradients.ts';
import { trainingKernel } from '../training-kernel.ts';

/**
 * The gradient of max pooling in three dimensions; of equal maxima the last gets it, as in TensorFlow.js's other backends.
 * The backend's own loses it where the maximum is below zero.
 */
export const maxPool3dGrad = trainingKernel<MaxPool3DGradInputs, PoolingAttributes>(
  MaxPool3DGrad,
  ({ inputs, attrs, backend }) => maxPoolGradient(backend, inputs, volumePooling(inputs.input.shape, attrs), 'last'),
);
