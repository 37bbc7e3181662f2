import { matrixProduct } from '@deflow/images/tensors';
import { reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { channelsOf } from './shape.ts';

/** Applies `matrix` [outputs, channels] to the channel vector at every position of `x` [batch, ..., channels]. */
export function mixChannels(x: Tensor, matrix: Tensor2D): Tensor {
  const rows = reshape(x, [-1, channelsOf(x)]) as Tensor2D;
  return reshape(matrixProduct(rows, matrix, { transposeB: true }), [...x.shape.slice(0, -1), matrix.shape[0]]);
}
