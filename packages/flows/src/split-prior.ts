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
import { isFeatures, requireContext } from './context.ts';
import { tidied } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import type { Context } from './flow-layer.ts';
import { inFloat32 } from './in-float32.ts';
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
  /**
   * `passed` goes on through the flow; `latent` is left to be scored by the caller; logDet [batch] is that of both together.
   * Unconditional splits ignore the context.
   */
  forward(x: Tensor, context?: Context): { passed: Tensor; latent: Tensor; logDet: Tensor1D };
  inverse(passed: Tensor, latent: Tensor, context?: Context): { x: Tensor; logDet: Tensor1D };
  /** As that of `FlowLayer`; conditional splits have it. */
  prepare?(features: Tensor): Context;
}

/** What `splitPrior` is made of: an even number of channels of the data [batch, height, width, channels]; exact arithmetic unless given. */
export interface SplitPriorOptions {
  readonly channels: number;
  /** Features at the height and width of the data that the prior sees, too; 0 makes it unconditional. */
  readonly contextChannels?: number;
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
 *     [x1 | x2] = x,   (mean, logs) = zeroConv3x3(x1) + zeroConv3x3(features), even and odd channels
 *     passed = x1,   latent = (x2 - mean) exp(-logs)        ln|det| = -sum(logs)
 *
 * The latent is to be scored under N(0, I), or whatever the model wants instead. Images only. Throws `FlowConfigurationError` for an
 * odd number of channels, `FlowContextError` without the features that it needs.
 */
export function splitPrior(options: SplitPriorOptions): SplitLayer {
  const { channels, contextChannels = 0, random, arithmetic = 'exact' } = options;
  const kind = 'splitPrior';
  const half = channels / 2;
  if (!Number.isInteger(half) || half < 1) {
    throw new FlowConfigurationError(`${kind}: ${channels} channels have no half.`, {
      remedy: 'Use an even number of channels.',
      value: channels,
    });
  }
  const predictor = (inputChannels: number) =>
    zeroConv2d({ inputChannels, outputChannels: channels, kernelSize: 3, random });
  const prior = predictor(half);
  const overContext = contextChannels > 0 ? predictor(contextChannels) : undefined;
  const ofContext = (context?: Context): Tensor => {
    const given = requireContext(kind, context, contextChannels);
    return isFeatures(given) ? overContext!.apply(given) : (given as { readonly prediction: Tensor }).prediction;
  };
  const predict = (x1: Tensor, context?: Context) => {
    const own = prior.apply(inFloat32(x1));
    const output = inFloat32(overContext ? add(own, ofContext(context)) : own);
    const [mean, logs] = unstack(reshape(output, [...x1.shape.slice(0, -1), half, 2]), x1.rank);
    return { mean, logs };
  };
  return {
    kind,
    parameters: overContext ? { data: prior.parameters, context: overContext.parameters } : prior.parameters,
    latentShapes(shape) {
      requireChannels(kind, shape, channels);
      const part = [...shape.slice(0, -1), half];
      return { passed: part, latent: part };
    },
    dataShape: (passed) => [...requireChannels(kind, passed, half).slice(0, -1), channels],
    forward(x, context) {
      requireChannels(kind, sampleShape(x), channels);
      return tidied(() => {
        const [x1, x2] = split(x, 2, -1);
        const { mean, logs } = predict(x1, context);
        const centred = sub(x2, mean);
        const latent = arithmetic === 'exact' ? mul(centred, exp(neg(logs))) : div(centred, add(exp(logs), 1e-6));
        return { passed: x1, latent, logDet: neg(sumPerSample(logs)) };
      });
    },
    inverse(passed, latent, context) {
      requireChannels(kind, sampleShape(passed), half);
      requireChannels(kind, sampleShape(latent), half);
      return tidied(() => {
        const { mean, logs } = predict(passed, context);
        return { x: concat([passed, add(mean, mul(exp(logs), latent))], -1), logDet: sumPerSample(logs) };
      });
    },
    ...(overContext && { prepare: (features: Tensor) => tidied(() => ({ prediction: ofContext(features) })) }),
  };
}
