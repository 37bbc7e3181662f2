import { add, exp, log, moments, mul, neg, scalar, sqrt, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { parameter } from './parameter.ts';
import { samePerSample } from './per-sample.ts';
import { positionsOf, requireChannels } from './shape.ts';

/** What `actNorm` is made of: the number of channels of its data, [batch, height, width, channels] or [batch, channels]. */
export interface ActNormOptions {
  readonly channels: number;
  /**
   * Adds a buffer `started` that is saved and loaded with the parameters: with it a layer starts from data once and never again,
   * whoever calls. false, the default, leaves the call to you.
   */
  readonly startsOnce?: boolean;
}

/** Added to the standard deviation at the data-dependent start, so that a constant channel gives no infinity. */
const deviationFloor = 1e-6;

/**
 * An affine map per channel (Glow, Kingma and Dhariwal 2018):
 *
 *     z = (x + bias) exp(logs)        ln|det| = height width sum(logs)
 *
 * `initialize` sets bias = -mean and logs = -ln(std + 1e-6) over batch and positions; `initializeInverse` sets
 * logs = ln(std + 1e-6) and bias = mean exp(-logs), so that what it decodes has mean 0 and deviation 1. Accepts images and vectors.
 */
export function actNorm({ channels, startsOnce = false }: ActNormOptions): FlowLayer {
  const kind = 'actNorm';
  const bias = parameter([channels]);
  const logs = parameter([channels]);
  const started = startsOnce ? parameter([], [0], { trainable: false }) : undefined;
  const start = (batch: Tensor, set: (mean: Tensor, logStd: Tensor) => void) => {
    if (started && started.dataSync()[0] !== 0) return;
    const axes = batch.shape.slice(0, -1).map((_, axis) => axis);
    const { mean, variance } = moments(batch, axes);
    set(mean, log(add(sqrt(variance), deviationFloor)));
    started?.assign(scalar(1));
  };
  return defineLayer({
    kind,
    parameters: { bias, logs, ...(started && { started }) },
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
    initialize: (x) =>
      start(x, (mean, logStd) => {
        bias.assign(neg(mean));
        logs.assign(neg(logStd));
      }),
    initializeInverse: (z) =>
      start(z, (mean, logStd) => {
        bias.assign(mul(mean, exp(neg(logStd))));
        logs.assign(logStd);
      }),
  });
}
