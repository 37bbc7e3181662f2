import {
  add,
  concat,
  customGrad,
  div,
  eye,
  log,
  matMul,
  mul,
  neg,
  reshape,
  type Scalar,
  slice,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Gauss-Jordan elimination: W ← W − (c − e)(r + e)ᵀ / p with pivot p = W[j, j], column c, row r and unit vector e. */
function sweep(matrix: Tensor2D): { inverse: Tensor2D; pivots: Tensor2D } {
  const size = matrix.shape[0];
  const identity = eye(size);
  const pivots: Tensor2D[] = [];
  let inverse = matrix;
  for (let j = 0; j < size; j++) {
    const column = sub(slice(inverse, [0, j], [size, 1]), slice(identity, [0, j], [size, 1]));
    const row = add(slice(inverse, [j, 0], [1, size]), slice(identity, [j, 0], [1, size]));
    const pivot = slice(inverse, [j, j], [1, 1]) as Tensor2D;
    pivots.push(pivot);
    inverse = sub(inverse, mul(column, div(row, pivot)));
  }
  return { inverse, pivots: concat(pivots, 1) };
}

/**
 * Inverse and ln det of a symmetric matrix whose eigenvalues are at least 1, such as I + A Aᵀ, without pivoting.
 * Gradients: d(ln det M) = tr(M⁻¹ dM), d(M⁻¹) = −M⁻¹ dM M⁻¹.
 */
export function inverseAndLogDet(matrix: Tensor2D): { inverse: Tensor2D; logDet: Scalar } {
  const size = matrix.shape[0];
  // One tensor for both results, because a custom gradient has one value: the inverse over a row that holds ln of the pivots.
  const both = customGrad((m, save) => {
    const { inverse, pivots } = sweep(m as Tensor2D);
    (save as (tensors: Tensor[]) => void)([inverse]);
    return {
      value: concat([inverse, log(pivots)], 0),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const p = saved[0] as Tensor2D;
        const dInverse = slice(dy, [0, 0], [size, size]) as Tensor2D;
        // Every entry of the last row adds to ln det, so all have the gradient of ln det itself.
        const dLogDet = slice(dy, [size, 0], [1, 1]);
        return add(neg(matMul(matMul(p, dInverse), p)), mul(dLogDet, p));
      },
    };
  })(matrix) as Tensor2D;
  return {
    inverse: slice(both, [0, 0], [size, size]) as Tensor2D,
    logDet: sum(squeeze(slice(both, [size, 0], [1, size]), [0])) as Scalar,
  };
}

/** Multiplies the channels at every position of [batch, height, width, channels] by `matrix`: y[i] = Σ_j matrix[i, j] x[j]. */
export function multiplyChannels(x: Tensor, matrix: Tensor2D): Tensor {
  const channels = x.shape.at(-1)!;
  const rows = reshape(x, [-1, channels]) as Tensor2D;
  return reshape(matMul(rows, matrix, false, true), [...x.shape.slice(0, -1), matrix.shape[0]]);
}
