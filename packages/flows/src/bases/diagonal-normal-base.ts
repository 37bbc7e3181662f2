import { add, exp, mul, split, type Tensor } from '@tensorflow/tfjs-core';
import type { CouplingNetwork } from '../coupling-network.ts';
import { diagonalNormalLogDensity } from '../diagonal-normal.ts';
import { parameter } from '../parameter.ts';
import { requireNetwork } from '../require-network.ts';
import type { Shape } from '../shape.ts';
import { type Base, defineBase } from './base.ts';

/** What `diagonalNormal` is made of. */
export interface DiagonalNormalOptions {
  /** Of one sample: [dimensions] or [height, width, channels]. */
  readonly shape: Shape;
  /** The mean of each channel at the start; zeros unless given. */
  readonly mean?: ArrayLike<number>;
  /** ln of the standard deviation of each channel at the start; zeros unless given. */
  readonly logStd?: ArrayLike<number>;
  /** Makes the base conditional: sees the context only (inputChannels 0) and gives [mean | logStd], 2 channels for each of the data's. */
  readonly network?: CouplingNetwork;
}

/**
 * A learned N(mean, diag(exp(2 logStd))) with one mean and deviation per channel (Glow's top prior), or per element from a context:
 *
 *     x = mean + temperature exp(logStd) noise
 *
 * Throws `FlowConfigurationError` when the network does not fit, `FlowContextError` without the context that it needs.
 */
export function diagonalNormal({ shape, mean, logStd, network }: DiagonalNormalOptions): Base {
  const kind = 'diagonalNormal';
  const channels = shape[shape.length - 1];
  if (network) {
    const { contextChannels } = network;
    requireNetwork(kind, network, { inputChannels: 0, contextChannels, outputChannels: 2 * channels });
  }
  const learned = network ? undefined : { mean: parameter([channels], mean), logStd: parameter([channels], logStd) };
  const moments = (context?: Tensor): readonly [mean: Tensor, logStd: Tensor] => {
    if (learned) return [learned.mean, learned.logStd];
    const [mean, logStd] = split(network!.apply(undefined, context), 2, -1);
    return [mean, logStd];
  };
  return defineBase({
    kind,
    parameters: learned ?? network!.parameters,
    shape,
    noiseShape: shape,
    logProb: (x, context) => diagonalNormalLogDensity(x, ...moments(context)),
    fromNoise(noise, { temperature = 1, context } = {}) {
      const [mean, logStd] = moments(context);
      return add(mean, mul(exp(logStd), mul(noise, temperature)));
    },
  });
}
