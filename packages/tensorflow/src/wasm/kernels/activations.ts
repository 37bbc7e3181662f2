import { Exp, LeakyRelu, Tanh, type TensorInfo } from '@tensorflow/tfjs-core';
import { noteSlope } from '../../gradients/leaky-relu-slope.ts';
import { elementwise } from '../elementwise.ts';
import type { ElementwiseName } from '../elementwise-code.ts';
import { type TrainingKernel, trainingKernel } from '../training-kernel.ts';

interface Attributes {
  readonly alpha?: number;
}

const activation = (kernelName: string, name: ElementwiseName): TrainingKernel =>
  trainingKernel<{ x: TensorInfo }, Attributes>(kernelName, ({ inputs: { x }, attrs, backend }, stock) =>
    x.dtype === 'float32' ? elementwise(backend, name, { x, alpha: attrs?.alpha ?? 0 }) : stock(),
  );

const leakyRelu = trainingKernel<{ x: TensorInfo }, Required<Attributes>>(
  LeakyRelu,
  ({ inputs: { x }, attrs, backend }, stock) => {
    noteSlope(attrs.alpha);
    return x.dtype === 'float32' ? elementwise(backend, 'leakyRelu', { x, alpha: attrs.alpha }) : stock();
  },
);

/** The gradient of an activation, from dy and the activation's result or, where that does not tell, its argument. */
const gradient = (kernelName: string, name: ElementwiseName): TrainingKernel =>
  trainingKernel<{ dy: TensorInfo; features: TensorInfo }, Attributes>(kernelName, ({ inputs, attrs, backend }) =>
    elementwise(backend, name, { x: inputs.dy, y: inputs.features, alpha: attrs?.alpha ?? 0 }),
  );

/** Activations four numbers at a time, and their gradients as kernels named like TensorFlow's, which the fast gradients use. */
export const activationKernels: readonly TrainingKernel[] = [
  activation(Exp, 'exp'),
  leakyRelu,
  activation(Tanh, 'tanh'),
  gradient('LeakyReluGrad', 'leakyReluGrad'),
  gradient('Relu6Grad', 'relu6Grad'),
  gradient('ReluGrad', 'reluGrad'),
  gradient('SigmoidGrad', 'sigmoidGrad'),
  gradient('SoftplusGrad', 'softplusGrad'),
  gradient('TanhGrad', 'tanhGrad'),
];
