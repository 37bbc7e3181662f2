import {
  cast,
  div,
  equal,
  expandDims,
  floor,
  greater,
  logicalAnd,
  matMul,
  mul,
  range,
  sub,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Ones below the diagonal, zeros elsewhere: [size, size]. */
export function strictlyLowerMask(size: number): Tensor2D {
  const index = range(0, size);
  return cast(greater(expandDims(index, 1), expandDims(index, 0)), 'float32') as Tensor2D;
}

/** Ones in the lower left quarter of each diagonal block of 2 `half` rows. */
function lowerQuarterMask(size: number, half: number): Tensor2D {
  const index = range(0, size);
  const quarter = floor(div(index, half));
  const block = floor(div(index, 2 * half));
  const below = greater(expandDims(quarter, 1), expandDims(quarter, 0));
  return cast(logicalAnd(below, equal(expandDims(block, 1), expandDims(block, 0))), 'float32') as Tensor2D;
}

/**
 * The inverse of a lower triangular matrix [size, size], by exact block substitution: with the inverses of all diagonal blocks
 * of n rows in X, those of 2n rows are
 *
 *     [A 0]^-1   [     A^-1       0  ]
 *     [B D]    = [-D^-1 B A^-1  D^-1 ]   =   X - X (L * mask of the B) X
 *
 * so ceil(log2 size) rounds of two matrix products do all blocks at once. `inverseDiagonal`: 1 / diag(L) as a diagonal matrix.
 * A pure, differentiable function of tensors.
 */
export function invertLowerTriangular(lower: Tensor2D, inverseDiagonal: Tensor2D): Tensor2D {
  const [size] = lower.shape;
  let inverse = inverseDiagonal;
  for (let half = 1; half < size; half *= 2) {
    const corners = mul(lower, lowerQuarterMask(size, half)) as Tensor2D;
    inverse = sub(inverse, matMul(matMul(inverse, corners), inverse));
  }
  return inverse;
}
