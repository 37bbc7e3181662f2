import { exp, log } from '@tensorflow/tfjs-core';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** z = exp(x), the real line to the positive numbers; ln|det| = sum(x). Its `inverted` is the logarithm. */
export const exponentialBijection = (): FlowLayer =>
  elementwise('exponential', { forward: exp, inverse: log, logSlope: (x) => x });
