import { reshape, type Tensor2D, type Tensor4D, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';
import { matrixProduct } from '../matrix-product.ts';
import { scaledLength } from './resize.ts';
import { resizeWeights } from './resize-weights.ts';

/** The weights of one axis as a matrix [outputLength, inputLength]. */
function weightMatrix(length: number, scale: number): Tensor2D {
  const { outputLength, taps, indices, weights } = resizeWeights(length, scaledLength(length, scale), scale);
  const matrix = new Float32Array(outputLength * length);
  for (let i = 0; i < indices.length; i++) matrix[Math.floor(i / taps) * length + indices[i]!]! += weights[i]!;
  return tensor2d(matrix, [outputLength, length]);
}

/**
 * `resize` of float images as two matrix products, rows then columns: [batch, height, width, channels] becomes
 * [batch, ceil(scale height), ceil(scale width), channels]. Nothing is clipped or rounded. Differentiable, pure, and
 * made of constants that depend on shapes only.
 */
export function resizeTensor(x: Tensor4D, scale: number): Tensor4D {
  return tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const rows = weightMatrix(height, scale);
    const columns = weightMatrix(width, scale);
    const [newHeight, newWidth] = [rows.shape[0], columns.shape[0]];
    const shorter = matrixProduct(reshape(rows, [1, newHeight, height]), reshape(x, [batch, height, width * channels]));
    const channelsFirst = transpose(reshape(shorter, [batch, newHeight, width, channels]), [0, 1, 3, 2]);
    const narrower = matrixProduct(reshape(channelsFirst, [batch * newHeight * channels, width]), columns, {
      transposeB: true,
    });
    return transpose(reshape(narrower, [batch, newHeight, channels, newWidth]), [0, 1, 3, 2]) as Tensor4D;
  });
}
