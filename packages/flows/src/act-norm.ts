import { add, exp, log, moments, mul, neg, sqrt, sub, sum } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { parameter } from './parameter.ts';
import { samePerSample } from './per-sample.ts';
import { positionsOf, requireChannels } from './shape.ts';

export interface ActNormOptions {
  readonly channels: number;
}

/** Added to the standard deviation at the data-dependent start, so that a constant channel gives no infinity. */
const deviationFloor = 1e-6;

/**
 * An affine map per channel (Glow, Kingma and Dhariwal 2018):
 *
 *     z = (x + bias) exp(logs)        ln|det| = height width sum(logs)
 *
 * `initialize` sets bias = -mean and logs = -ln(std + 1e-6) over batch and positions. Accepts images and vectors.
 */
export function actNorm({ channels }: ActNormOptions): FlowLayer {
  const kind = 'actNorm';
  const bias = parameter([channels]);
  const logs = parameter([channels]);
  return defineLayer({
    kind,
    parameters: { bias, logs },
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward(x) {
      return {
        z: mul(add(x, bias), exp(logs)),
        logDet: samePerSample(sum(logs), positionsOf(x), x.shape[0]),
      };
    },
    inverse(z) {
      return {
        x: sub(mul(z, exp(neg(logs))), bias),
        logDet: samePerSample(sum(logs), -positionsOf(z), z.shape[0]),
      };
    },
    initialize(x) {
      const { mean, variance } = moments(
        x,
        x.shape.slice(0, -1).map((_, axis) => axis),
      );
      bias.assign(neg(mean));
      logs.assign(neg(log(add(sqrt(variance), deviationFloor))));
    },
  });
}
