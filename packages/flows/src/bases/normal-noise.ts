import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { FlowConfigurationError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import type { NoiseOptions } from './base.ts';

/** Standard normal numbers of the given shape, each drawn again until it lies within +-`truncation`. */
export function normalNoise(shape: Shape, { random, truncation }: NoiseOptions): Tensor {
  const values = random.normals(shape.reduce((product, size) => product * size, 1));
  if (truncation !== undefined) {
    if (!(truncation > 0)) {
      throw new FlowConfigurationError(`Noise cannot be truncated to +-${truncation}.`, {
        remedy: 'Give a number of standard deviations above 0; use `temperature: 0` for the mode.',
        value: truncation,
      });
    }
    for (let i = 0; i < values.length; i++) while (Math.abs(values[i]) > truncation) values[i] = random.normal();
  }
  return tensor(values, [...shape]);
}
