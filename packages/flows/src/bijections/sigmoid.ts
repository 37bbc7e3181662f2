import { add, log, log1p, neg, sigmoid, softplus, sub } from '@tensorflow/tfjs-core';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/**
 * z = 1 / (1 + exp(-x)), the real line to (0, 1); ln|det| = -sum(softplus(x) + softplus(-x)), finite at any x. The inverse wants z
 * inside (0, 1). `inverted(sigmoidBijection())` is a logit without margin.
 */
export const sigmoidBijection = (): FlowLayer =>
  elementwise('sigmoid', {
    forward: sigmoid,
    inverse: (z) => sub(log(z), log1p(neg(z))),
    logSlope: (x) => neg(add(softplus(x), softplus(neg(x)))),
  });
