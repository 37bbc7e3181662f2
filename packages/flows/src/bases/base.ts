import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { tidied } from '../define-layer.ts';
import { FlowConfigurationError, FlowShapeError } from '../errors.ts';
import { type Shape, sampleShape } from '../shape.ts';
import { normalNoise } from './normal-noise.ts';

/** How a base draws noise. */
export interface NoiseOptions {
  readonly random: Random;
  /** Draws each number again until it lies within +-`truncation`: no tails, fewer odd samples. */
  readonly truncation?: number;
}

/** How noise becomes a sample. `context` [batch, ...features] is needed by conditional bases and ignored by others. */
export interface FromNoiseOptions {
  /** Multiplies the deviation from the mean; 0 gives the mode, 1 (the default) samples of the density itself. */
  readonly temperature?: number | Scalar;
  readonly context?: Tensor;
}

/** A density over latents of one shape that can be scored and sampled. Pure functions of their arguments and `parameters`. */
export interface Base {
  readonly kind: string;
  readonly parameters: ParameterTree;
  /** The shape of one sample, without the batch axis. */
  readonly shape: Shape;
  /** The shape of the standard normal numbers that one sample is made of. */
  readonly noiseShape: Shape;
  /** ln p of each sample in nats: [batch, ...shape] to [batch]. Throws `FlowShapeError` for another shape. */
  logProb(x: Tensor, context?: Tensor): Tensor1D;
  /** The standard normal numbers for `count` samples: [count, ...noiseShape]. Draws from `random`, so it stays outside of `compile`. */
  noise(count: number, options: NoiseOptions): Tensor;
  /** Turns noise [count, ...noiseShape] into samples [count, ...shape]. */
  fromNoise(noise: Tensor, options?: FromNoiseOptions): Tensor;
}

/** Makes a base out of its formulas: checks shapes and temperature, frees what they leave behind. Noise is normal unless they say otherwise. */
export function defineBase(formulas: Omit<Base, 'noise'> & Partial<Pick<Base, 'noise'>>): Base {
  const { kind, shape, noiseShape } = formulas;
  const require = (got: Shape, wanted: Shape) => {
    if (`${got}` !== `${wanted}`) throw new FlowShapeError({ layer: kind, got, wanted: `[${wanted.join(', ')}]` });
  };
  return {
    noise: (count, options) => normalNoise([count, ...noiseShape], options),
    ...formulas,
    logProb(x, context) {
      require(sampleShape(x), shape);
      return tidied(() => formulas.logProb(x, context));
    },
    fromNoise(noise, options = {}) {
      require(sampleShape(noise), noiseShape);
      if (typeof options.temperature === 'number' && !(options.temperature >= 0)) {
        throw new FlowConfigurationError(`${kind}: there is no temperature ${options.temperature}.`, {
          remedy: 'Use 0 for the mode, 1 for the density itself.',
          value: options.temperature,
        });
      }
      return tidied(() => formulas.fromNoise(noise, options));
    },
  };
}
