import { add, div, log, maximum, moments, mul, neg, sqrt, sub, sum } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { parameter } from './parameter.ts';
import { samePerSample } from './per-sample.ts';
import { positionsOf, requireChannels } from './shape.ts';

/** What `standardise` is made of. */
export interface StandardiseOptions {
  readonly channels: number;
  /** Of each channel; found by `initialize` unless given. */
  readonly mean?: ArrayLike<number>;
  /** Standard deviations, likewise. */
  readonly deviation?: ArrayLike<number>;
}

/** Smaller deviations count as this, so that a constant channel gives no infinity. */
const deviationFloor = 1e-6;

/**
 * Brings each channel of the data to mean 0 and deviation 1 by two buffers that are saved but not trained:
 *
 *     z = (x - mean) / deviation        ln|det| = -height width sum(ln deviation)
 *
 * Belongs in front of splines, which act within a fixed box only. `initialize` takes both from its batch, so give it a large one.
 */
export function standardise({ channels, mean, deviation }: StandardiseOptions): FlowLayer {
  const kind = 'standardise';
  const centre = parameter([channels], mean, { trainable: false });
  const spread = parameter([channels], deviation ?? new Float32Array(channels).fill(1), { trainable: false });
  return defineLayer({
    kind,
    parameters: { mean: centre, deviation: spread },
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward: (x) => ({
      z: div(sub(x, centre), spread),
      logDet: samePerSample(neg(sum(log(spread))), positionsOf(x), x.shape[0]),
    }),
    inverse: (z) => ({
      x: add(mul(z, spread), centre),
      logDet: samePerSample(sum(log(spread)), positionsOf(z), z.shape[0]),
    }),
    initialize(x) {
      const axes = x.shape.slice(0, -1).map((_, axis) => axis);
      const found = moments(x, axes);
      centre.assign(found.mean);
      spread.assign(maximum(sqrt(found.variance), deviationFloor));
    },
  });
}
