import { matrixProduct } from '@deflow/images/tensors';
import { add, concat, mul, rsqrt, slice, sub, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { tidied } from './define-layer.ts';
import { identityMatrix, strictlyLowerMask } from './triangular.ts';

/**
 * The lower triangular L with L L^T = `matrix`, for a symmetric positive definite [size, size] or each of [batch, size, size], column
 * by column:
 *
 *     l_j = S e_j / sqrt(S_jj),   S <- S - l_j l_j^T
 *
 * A pure, differentiable function of six small operations per column, made for sizes up to about a hundred. Gives NaN where
 * `matrix` is not positive definite.
 */
export const choleskyFactor = <Matrix extends Tensor2D | Tensor3D>(matrix: Matrix): Matrix =>
  tidied(() => {
    const leading = matrix.shape.slice(0, -2);
    const size = matrix.shape[matrix.rank - 1];
    const start = leading.map(() => 0);
    const columns: Tensor[] = [];
    let rest: Tensor = matrix;
    for (let j = 0; j < size; j++) {
      const pivot = slice(rest, [...start, j, j], [...leading, 1, 1]);
      const column = mul(slice(rest, [...start, 0, j], [...leading, size, 1]), rsqrt(pivot)) as Tensor2D;
      columns.push(column);
      rest = sub(rest, matrixProduct(column, column, { transposeB: true }));
    }
    return mul(concat(columns, -1), add(strictlyLowerMask(size), identityMatrix(size))) as Matrix;
  });
