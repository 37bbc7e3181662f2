import {
  abs,
  add,
  cast,
  erf,
  exp,
  fill,
  mul,
  neg,
  scalar,
  split,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { CouplingNetwork } from '../coupling-network.ts';
import { FlowConfigurationError } from '../errors.ts';
import { sumPerSample } from '../per-sample.ts';
import { requireNetwork } from '../require-network.ts';
import type { Shape } from '../shape.ts';
import { type Base, defineBase } from './base.ts';

/** What `uniform` is made of: a box from `low` (0 unless given) to `high` (1 unless given) along every axis. */
export interface UniformOptions {
  /** Of one sample: [dimensions] or [height, width, channels]. */
  readonly shape: Shape;
  readonly low?: number;
  readonly high?: number;
  /**
   * Makes the box depend on a context: sees it (inputChannels 0) and gives [shift | logWidth] of each element, in units of high - low;
   * zeros give the box itself.
   */
  readonly network?: CouplingNetwork;
}

/** The standard normal distribution function, noise to (0, 1). */
export const normalToUniform = (noise: Tensor): Tensor => mul(add(erf(mul(noise, Math.SQRT1_2)), 1), 0.5);

/**
 * The uniform density on the box [low, high] in every element: ln p = -elements ln(high - low) inside and -Infinity outside.
 * Noise becomes uniform through the normal distribution function; a temperature below 1 narrows the box around its middle, a
 * truncation leaves out the same share of its margins as of the normal's tails. Conditional, its middle is moved by
 * (high - low) shift and its width multiplied by exp(logWidth). Throws `FlowConfigurationError` for an empty box or a network that
 * does not fit, `FlowContextError` without the context that it needs.
 */
export function uniform({ shape, low = 0, high = 1, network }: UniformOptions): Base {
  const kind = 'uniform';
  if (!(low < high)) {
    throw new FlowConfigurationError(`${kind}: the box [${low}, ${high}] is empty.`, {
      remedy: 'Give low < high.',
      value: [low, high],
    });
  }
  const [middle, width] = [(low + high) / 2, high - low];
  const channels = shape[shape.length - 1];
  if (network) {
    const { contextChannels } = network;
    requireNetwork(kind, network, { inputChannels: 0, contextChannels, outputChannels: 2 * channels });
  }
  const box = (context?: Tensor): { centre: Tensor; logWidth: Tensor } => {
    if (!network) return { centre: scalar(middle), logWidth: fill([channels], Math.log(width)) };
    const [shift, logWidth] = split(network.apply(undefined, context), 2, -1);
    return { centre: add(mul(shift, width), middle), logWidth: add(logWidth, Math.log(width)) };
  };
  return defineBase({
    kind,
    parameters: network?.parameters ?? {},
    shape,
    noiseShape: shape,
    logProb(x, context) {
      const { centre, logWidth } = box(context);
      const distance = sub(abs(sub(x, centre)), mul(exp(logWidth), 0.5));
      const outside = cast(step(sumPerSample(step(distance))), 'bool');
      const inside = neg(sumPerSample(add(zerosLike(x), logWidth)));
      return where(outside, fill([x.shape[0]], Number.NEGATIVE_INFINITY), inside) as Tensor1D;
    },
    fromNoise(noise, { temperature = 1, context } = {}) {
      const { centre, logWidth } = box(context);
      return add(mul(mul(sub(normalToUniform(noise), 0.5), temperature), exp(logWidth)), centre);
    },
  });
}
