import { add, div, fill, mul, sub } from '@tensorflow/tfjs-core';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { elementwise } from './elementwise.ts';

/** z = scale x + shift: 1 and 0 unless given; a scale of 0 is refused. */
export interface AffineBijectionOptions {
  readonly scale?: number;
  readonly shift?: number;
}

/** z = scale x + shift with fixed numbers, such as scale 2 and shift -1 from [0, 1] to [-1, 1]; ln|det| = elements ln|scale|. */
export function affineBijection({ scale = 1, shift = 0 }: AffineBijectionOptions = {}): FlowLayer {
  if (!Number.isFinite(scale) || scale === 0) {
    throw new FlowConfigurationError(`affine: the scale is ${scale}.`, {
      remedy: 'Use any other number.',
      value: scale,
    });
  }
  return elementwise('affine', {
    forward: (x) => add(mul(x, scale), shift),
    inverse: (z) => div(sub(z, shift), scale),
    logSlope: (x) => fill(x.shape, Math.log(Math.abs(scale))),
  });
}
