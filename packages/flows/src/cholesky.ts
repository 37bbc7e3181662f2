import { add, concat, matMul, mul, rsqrt, slice, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { tidied } from './define-layer.ts';
import { identityMatrix, strictlyLowerMask } from './triangular.ts';

/**
 * The lower triangular L with L L^T = `matrix`, for a symmetric positive definite [size, size], column by column:
 *
 *     l_j = S e_j / sqrt(S_jj),   S <- S - l_j l_j^T
 *
 * A pure, differentiable function of six small operations per column, made for sizes up to about a hundred. Gives NaN where
 * `matrix` is not positive definite.
 */
export const choleskyFactor = (matrix: Tensor2D): Tensor2D =>
  tidied(() => {
    const [size] = matrix.shape;
    const columns: Tensor2D[] = [];
    let rest = matrix;
    for (let j = 0; j < size; j++) {
      const column = mul(slice(rest, [0, j], [size, 1]), rsqrt(slice(rest, [j, j], [1, 1]))) as Tensor2D;
      columns.push(column);
      rest = sub(rest, matMul(column, column, false, true));
    }
    return mul(concat(columns, 1), add(strictlyLowerMask(size), identityMatrix(size))) as Tensor2D;
  });
