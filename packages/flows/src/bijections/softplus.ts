import { add, expm1, log, neg, softplus } from '@tensorflow/tfjs-core';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** z = ln(1 + exp(x)), the real line to the positive numbers; x = z + ln(1 - exp(-z)), ln|det| = -sum(softplus(-x)). */
export const softplusBijection = (): FlowLayer =>
  elementwise('softplus', {
    forward: softplus,
    inverse: (z) => add(z, log(neg(expm1(neg(z))))),
    logSlope: (x) => neg(softplus(neg(x))),
  });
