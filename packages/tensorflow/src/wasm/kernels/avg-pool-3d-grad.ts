import { AvgPool3DGrad, type AvgPool3DGradInputs } from '@tensorflow/tfjs-core';
import { type PoolingAttributes, volumePooling } from '../pooling.ts';
import { averagePoolGradient } from '../pooling-gradients.ts';
import { trainingKernel } from '../training-kernel.ts';

/** The gradient of mean pooling in three dimensions. The backend's own, and the cpu backend's, is wrong along padded borders. */
export const avgPool3dGrad = trainingKernel<AvgPool3DGradInputs, PoolingAttributes>(
  AvgPool3DGrad,
  ({ inputs, attrs, backend }) => averagePoolGradient(backend, inputs, volumePooling(inputs.input.shape, attrs)),
);
