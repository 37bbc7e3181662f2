import { mul } from '@tensorflow/tfjs-core';
import type { Shape } from '../shape.ts';
import { standardNormalLogDensity } from '../standard-normal.ts';
import { type Base, defineBase } from './base.ts';

/** What `standardNormal` is made of. */
export interface StandardNormalOptions {
  /** Of one sample: [dimensions] or [height, width, channels]. */
  readonly shape: Shape;
}

/** N(0, I): x = temperature noise. Nothing is trained. */
export const standardNormal = ({ shape }: StandardNormalOptions): Base =>
  defineBase({
    kind: 'standardNormal',
    parameters: {},
    shape,
    noiseShape: shape,
    logProb: standardNormalLogDensity,
    fromNoise: (noise, { temperature = 1 } = {}) => mul(noise, temperature),
  });
