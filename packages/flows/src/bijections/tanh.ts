import { add, log1p, mul, neg, softplus, sub, tanh } from '@tensorflow/tfjs-core';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** z = tanh(x), the real line to (-1, 1); x = (ln(1 + z) - ln(1 - z)) / 2, ln|det| = sum(2 (ln 2 - x - softplus(-2x))). */
export const tanhBijection = (): FlowLayer =>
  elementwise('tanh', {
    forward: tanh,
    inverse: (z) => mul(sub(log1p(z), log1p(neg(z))), 0.5),
    logSlope: (x) => mul(sub(Math.LN2, add(x, softplus(mul(x, -2)))), 2),
  });
