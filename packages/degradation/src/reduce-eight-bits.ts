import { resizeWeights } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import {
  clipByValue,
  mul,
  reshape,
  round,
  type Tensor,
  type Tensor4D,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core';

/** The weights of one axis as a matrix [length / reduction, length]. */
function weightMatrix(length: number, reduction: number) {
  const shorter = Math.ceil(length / reduction);
  const { taps, indices, weights } = resizeWeights(length, shorter, 1 / reduction);
  const matrix = new Float32Array(shorter * length);
  for (let i = 0; i < indices.length; i++) matrix[Math.floor(i / taps) * length + indices[i]!]! += weights[i]!;
  return tensor2d(matrix, [shorter, length]);
}

const toEightBits = (values: Tensor): Tensor => round(clipByValue(values, 0, 255));

/**
 * The bicubic reduction as the released program stores it: 8-bit numbers after the rows and again after the columns (spec 4.2).
 * `images`: [batch, height, width, channels] in 0..1, whole multiples of 1/255. No gradient passes the rounding.
 */
export function reduceEightBits(images: Tensor4D, reduction: number): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const rows = weightMatrix(height, reduction);
  const columns = weightMatrix(width, reduction);
  const [newHeight, newWidth] = [rows.shape[0], columns.shape[0]];
  const bytes = reshape(round(mul(images, 255)), [batch, height, width * channels]);
  const shorter = toEightBits(matrixProduct(reshape(rows, [1, newHeight, height]), bytes));
  const channelsFirst = transpose(reshape(shorter, [batch, newHeight, width, channels]), [0, 1, 3, 2]);
  const narrower = matrixProduct(reshape(channelsFirst, [batch * newHeight * channels, width]), columns, {
    transposeB: true,
  });
  const image = transpose(reshape(narrower, [batch, newHeight, channels, newWidth]), [0, 1, 3, 2]);
  return mul(toEightBits(image), 1 / 255) as Tensor4D;
}
