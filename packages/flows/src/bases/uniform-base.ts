import { abs, add, cast, erf, fill, mul, step, sub, type Tensor, type Tensor1D, where } from '@tensorflow/tfjs-core';
import { FlowConfigurationError } from '../errors.ts';
import { sumPerSample } from '../per-sample.ts';
import type { Shape } from '../shape.ts';
import { type Base, defineBase } from './base.ts';

export interface UniformOptions {
  /** Of one sample: [dimensions] or [height, width, channels]. */
  readonly shape: Shape;
  readonly low?: number;
  readonly high?: number;
}

/** The standard normal distribution function, noise to (0, 1). */
export const normalToUniform = (noise: Tensor): Tensor => mul(add(erf(mul(noise, Math.SQRT1_2)), 1), 0.5);

/**
 * The uniform density on the box [low, high] in every element: ln p = -elements ln(high - low) inside and -Infinity outside.
 * Noise becomes uniform through the normal distribution function; a temperature below 1 narrows the box around its middle, a
 * truncation leaves out the same share of its margins as of the normal's tails. Throws `FlowConfigurationError` for an empty box.
 */
export function uniform({ shape, low = 0, high = 1 }: UniformOptions): Base {
  const kind = 'uniform';
  if (!(low < high)) {
    throw new FlowConfigurationError(`${kind}: the box [${low}, ${high}] is empty.`, {
      remedy: 'Give low < high.',
      value: [low, high],
    });
  }
  const [middle, width] = [(low + high) / 2, high - low];
  const logVolume = shape.reduce((product, size) => product * size, 1) * Math.log(width);
  return defineBase({
    kind,
    parameters: {},
    shape,
    noiseShape: shape,
    logProb(x) {
      const outside = sumPerSample(step(sub(abs(sub(x, middle)), width / 2)));
      const everywhere = (value: number) => fill([x.shape[0]], value);
      return where(
        cast(step(outside), 'bool'),
        everywhere(Number.NEGATIVE_INFINITY),
        everywhere(-logVolume),
      ) as Tensor1D;
    },
    fromNoise(noise, { temperature = 1 } = {}) {
      return add(mul(mul(sub(normalToUniform(noise), 0.5), temperature), width), middle);
    },
  });
}
