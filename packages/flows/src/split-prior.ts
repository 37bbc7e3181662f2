import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import {
  add,
  concat,
  div,
  exp,
  mul,
  neg,
  reshape,
  split,
  sub,
  type Tensor,
  type Tensor1D,
  unstack,
} from '@tensorflow/tfjs-core';
import { tidied } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import { sumPerSample } from './per-sample.ts';
import { requireChannels, type Shape, sampleShape } from './shape.ts';
import { zeroConv2d } from './zero-conv2d.ts';

/** Takes part of the channels out of the flow. */
export interface SplitLayer {
  readonly kind: string;
  readonly parameters: ParameterTree;
  /** The shapes of what passes on and of the latent, all without the batch axis. Throws `FlowShapeError`. */
  latentShapes(shape: Shape): { passed: Shape; latent: Shape };
  /** The data's shape for what passed on. */
  dataShape(passed: Shape): Shape;
  /** `passed` goes on through the flow; `latent` is left to be scored by the caller; logDet [batch] is that of both together. */
  forward(x: Tensor): { passed: Tensor; latent: Tensor; logDet: Tensor1D };
  inverse(passed: Tensor, latent: Tensor): { x: Tensor; logDet: Tensor1D };
}

export interface SplitPriorOptions {
  readonly channels: number;
  readonly random: Random;
  /**
   * `released`: as in the released SRFlow and DeFlow weights, which divide by exp(logs) + 1e-6 when encoding but neither when
   * decoding nor in ln|det|; for loading those weights only.
   */
  readonly arithmetic?: 'exact' | 'released';
}

/**
 * The split with a learned prior (Glow; DeFlow's Split2d): the second half of the channels leaves the flow, standardised by what
 * the first half predicts of it.
 *
 *     [x1 | x2] = x,   (mean, logs) = zeroConv3x3(x1), even and odd channels
 *     passed = x1,   latent = (x2 - mean) exp(-logs)        ln|det| = -sum(logs)
 *
 * The latent is to be scored under N(0, I), or whatever the model wants instead. Images only.
 */
export function splitPrior({ channels, random, arithmetic = 'exact' }: SplitPriorOptions): SplitLayer {
  const kind = 'splitPrior';
  const half = channels / 2;
  if (!Number.isInteger(half) || half < 1) {
    throw new FlowConfigurationError(`${kind}: ${channels} channels have no half.`, {
      remedy: 'Use an even number of channels.',
      value: channels,
    });
  }
  const prior = zeroConv2d({ inputChannels: half, outputChannels: channels, kernelSize: 3, random });
  const predict = (x1: Tensor) => {
    const output = prior.apply(x1);
    const [mean, logs] = unstack(reshape(output, [...x1.shape.slice(0, -1), half, 2]), x1.rank);
    return { mean, logs };
  };
  return {
    kind,
    parameters: prior.parameters,
    latentShapes(shape) {
      requireChannels(kind, shape, channels);
      const part = [...shape.slice(0, -1), half];
      return { passed: part, latent: part };
    },
    dataShape: (passed) => [...requireChannels(kind, passed, half).slice(0, -1), channels],
    forward(x) {
      requireChannels(kind, sampleShape(x), channels);
      return tidied(() => {
        const [x1, x2] = split(x, 2, -1);
        const { mean, logs } = predict(x1);
        const centred = sub(x2, mean);
        const latent = arithmetic === 'exact' ? mul(centred, exp(neg(logs))) : div(centred, add(exp(logs), 1e-6));
        return { passed: x1, latent, logDet: neg(sumPerSample(logs)) };
      });
    },
    inverse(passed, latent) {
      requireChannels(kind, sampleShape(passed), half);
      requireChannels(kind, sampleShape(latent), half);
      return tidied(() => {
        const { mean, logs } = predict(passed);
        return { x: concat([passed, add(mean, mul(exp(logs), latent))], -1), logDet: sumPerSample(logs) };
      });
    },
  };
}
