import { add, log, mul, pow } from '@tensorflow/tfjs-core';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** The exponent of `powerBijection`. */
export interface PowerOptions {
  readonly exponent: number;
}

/** z = x^exponent of positive numbers; ln|det| = sum(ln|exponent| + (exponent - 1) ln x). Throws `FlowConfigurationError` for exponent 0. */
export function powerBijection({ exponent }: PowerOptions): FlowLayer {
  if (!Number.isFinite(exponent) || exponent === 0) {
    throw new FlowConfigurationError(`power: the exponent is ${exponent}.`, {
      remedy: 'Use any other number.',
      value: exponent,
    });
  }
  return elementwise('power', {
    forward: (x) => pow(x, exponent),
    inverse: (z) => pow(z, 1 / exponent),
    logSlope: (x) => add(mul(log(x), exponent - 1), Math.log(Math.abs(exponent))),
  });
}
