import { type FastGradient, runKernel } from './fast-gradient.ts';
import { lastSlopeIsNegative } from './leaky-relu-slope.ts';

/** An activation's gradient from what was kept: its result or its argument, of which TensorFlow takes either. */
const activation = (kernelName: string, requires: string, keepsResult?: () => boolean): FastGradient => ({
  kernelName,
  requires,
  ...(keepsResult ? { keepsResult } : {}),
  gradients: (dy, [features], attributes) => ({
    x: () => runKernel(requires, { dy, features: features! }, attributes),
  }),
});

/** dy where x > 0: that is where y > 0 */
const relu = activation('Relu', 'ReluGrad', () => true);

/** dy where 0 < x < 6. At x = 6 TensorFlow, like PyTorch, has 0, where TensorFlow.js had dy. */
const relu6 = activation('Relu6', 'Relu6Grad');

/** dy where x > 0, alpha dy elsewhere; x > 0 is where y > 0 unless alpha is negative */
const leakyRelu = activation('LeakyRelu', 'LeakyReluGrad', () => !lastSlopeIsNegative());

/** dy (1 - y^2) */
const tanh = activation('Tanh', 'TanhGrad');

/** dy y (1 - y) */
const sigmoid = activation('Sigmoid', 'SigmoidGrad');

/** dy / (1 + exp(-x)) */
const softplus = activation('Softplus', 'SoftplusGrad');

export const activationGradients: readonly FastGradient[] = [leakyRelu, relu, relu6, sigmoid, softplus, tanh];
