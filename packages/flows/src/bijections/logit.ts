import { add, div, log, log1p, mul, neg, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** How far `logitBijection` stays from the ends; alpha is 0.05 unless given. */
export interface LogitOptions {
  /** Keeps the ends of [0, 1] finite; RealNVP uses 0.05. From 0 to below 1/2. */
  readonly alpha?: number;
}

/**
 * What RealNVP (Dinh et al. 2017) does to pixels first: z = logit(p), p = alpha + (1 - 2 alpha) x, from [0, 1] to the real line.
 *
 *     ln|det| = sum(ln(1 - 2 alpha) - ln p - ln(1 - p))
 *
 * Throws `FlowConfigurationError` for another alpha. (Other programs use alpha + (1 - alpha) x: a different density.)
 */
export function logitBijection({ alpha = 0.05 }: LogitOptions = {}): FlowLayer {
  if (!(alpha >= 0 && alpha < 0.5)) {
    throw new FlowConfigurationError(`logit: alpha is ${alpha}.`, { remedy: 'Use 0 to below 0.5.', value: alpha });
  }
  const width = 1 - 2 * alpha;
  const narrowed = (x: Tensor) => add(mul(x, width), alpha);
  return elementwise('logit', {
    forward: (x) => sub(log(narrowed(x)), log1p(neg(narrowed(x)))),
    inverse: (z) => div(sub(sigmoid(z), alpha), width),
    logSlope: (x) => sub(Math.log(width), add(log(narrowed(x)), log1p(neg(narrowed(x))))),
  });
}
