import type { Random } from '@deflow/images';
import { type ParameterTree, trainableParameters } from '@deflow/nn';
import { add, tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * Adds N(0, `spread`^2) to every trainable parameter. Many layers start as the identity, and a check at the identity sees nothing.
 */
export function randomizeParameters(parameters: ParameterTree, random: Random, spread = 0.1): void {
  for (const parameter of trainableParameters(parameters)) {
    tidy(() => {
      const noise = random.normals(parameter.size).map((value) => spread * value);
      parameter.assign(add(parameter, tensor(noise, parameter.shape)));
    });
  }
}
