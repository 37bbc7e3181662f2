import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import { type FastGradient, runKernel } from './fast-gradient.ts';

/** The gradient of an activation from its result, which is in memory anyway: its argument need not be kept. */
const fromResult = (kernelName: string, requires: string): FastGradient => ({
  kernelName,
  requires,
  inputsToSave: [],
  outputsToSave: [true],
  gradients: (dy, [y]) => ({ x: () => runKernel(requires, { dy, features: y! }) }),
});

/** dy where x > 0; and x > 0 where y > 0, so that the stock gradient, too, may be given y for x. */
const relu = fromResult('Relu', 'ReluGrad');

/** dy where 0 < x < 6. At x = 6 TensorFlow, like PyTorch, has 0, where TensorFlow.js had dy. */
const relu6: FastGradient = { ...fromResult('Relu6', 'Relu6Grad'), inputsToSave: ['x'], outputsToSave: [] };

/** dy (1 - y^2) */
const tanh = fromResult('Tanh', 'TanhGrad');

/** dy y (1 - y) */
const sigmoid = fromResult('Sigmoid', 'SigmoidGrad');

/** dy / (1 + exp(-x)) */
const softplus: FastGradient = {
  kernelName: 'Softplus',
  requires: 'SoftplusGrad',
  gradients: (dy, [x]) => ({ x: () => runKernel('SoftplusGrad', { dy, features: x! }) }),
};

/** dy where x > 0, alpha dy elsewhere */
const leakyRelu: FastGradient = {
  kernelName: 'LeakyRelu',
  requires: 'LeakyReluGrad',
  gradients: (dy: Tensor, [x]: readonly Tensor[], { alpha }: NamedAttrMap) => ({
    x: () => runKernel('LeakyReluGrad', { dy, features: x! }, { alpha: alpha! }),
  }),
};

export const activationGradients: readonly FastGradient[] = [leakyRelu, relu, relu6, sigmoid, softplus, tanh];
