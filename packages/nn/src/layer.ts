import type { Tensor } from '@tensorflow/tfjs-core';
import type { ParameterTree } from './parameters.ts';

/**
 * A differentiable map with parameters. `apply` is a pure function of its argument and `parameters`: it may be compiled.
 * Images are [batch, height, width, channels]. Only the result is left in memory.
 */
export interface Layer {
  readonly parameters: ParameterTree;
  /** @throws LayerInputError when `x` has other channels than the layer was made for. */
  apply(x: Tensor): Tensor;
}
