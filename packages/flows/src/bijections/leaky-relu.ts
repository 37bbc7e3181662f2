import { add, leakyRelu, mul, neg, step } from '@tensorflow/tfjs-core';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** The slope below 0; 0.1 unless given. */
export interface LeakyReluBijectionOptions {
  /** Above 0. */
  readonly slope?: number;
}

/** z = x where x > 0, slope x elsewhere; ln|det| = ln(slope) for each negative x. Throws `FlowConfigurationError` for another slope. */
export function leakyReluBijection({ slope = 0.1 }: LeakyReluBijectionOptions = {}): FlowLayer {
  if (!(slope > 0)) {
    throw new FlowConfigurationError(`leakyRelu: the slope is ${slope}.`, { remedy: 'Use one above 0.', value: slope });
  }
  return elementwise('leakyRelu', {
    forward: (x) => leakyRelu(x, slope),
    inverse: (z) => neg(leakyRelu(neg(mul(z, 1 / slope)), slope)),
    logSlope: (x) => mul(add(neg(step(x)), 1), Math.log(slope)),
  });
}
