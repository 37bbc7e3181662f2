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
  reciprocal,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { tidied } from './define-layer.ts';

// Masks come from comparing ranges, not from arrays: a graph that a backend records then holds no large constants.
const byRow = (values: Tensor) => expandDims(values, 1);
const byColumn = (values: Tensor) => expandDims(values, 0);

/** The identity matrix [size, size]. */
export function identityMatrix(size: number): Tensor2D {
  const index = range(0, size);
  return cast(equal(byRow(index), byColumn(index)), 'float32') as Tensor2D;
}

/** Ones below the diagonal, zeros elsewhere: [size, size]. */
export function strictlyLowerMask(size: number): Tensor2D {
  const index = range(0, size);
  return cast(greater(byRow(index), byColumn(index)), 'float32') as Tensor2D;
}

/** Ones in the lower left quarter of each diagonal block of 2 `half` rows. */
function lowerQuarterMask(size: number, half: number): Tensor2D {
  const index = range(0, size);
  const quarter = floor(div(index, half));
  const block = floor(div(index, 2 * half));
  const below = greater(byRow(quarter), byColumn(quarter));
  return cast(logicalAnd(below, equal(byRow(block), byColumn(block))), 'float32') as Tensor2D;
}

/**
 * The inverse of a lower triangular matrix [size, size], or of each of a batch [batch, size, size], by exact block substitution: with the inverses of all diagonal blocks
 * of n rows in X, those of 2n rows are
 *
 *     [A 0]^-1   [     A^-1       0  ]
 *     [B D]    = [-D^-1 B A^-1  D^-1 ]   =   X - X (L * mask of the B) X
 *
 * so ceil(log2 size) rounds of two matrix products do all blocks at once. What stands above the diagonal is not looked at.
 * A pure, differentiable function.
 */
export const invertLowerTriangular = <Matrix extends Tensor2D | Tensor3D>(lower: Matrix): Matrix =>
  tidied(() => {
    const size = lower.shape[lower.rank - 1];
    const identity = identityMatrix(size);
    let inverse: Tensor = mul(identity, expandDims(reciprocal(sum(mul(lower, identity), lower.rank - 1)), -1));
    for (let half = 1; half < size; half *= 2) {
      const corners = mul(lower, lowerQuarterMask(size, half));
      inverse = sub(inverse, matMul(matMul(inverse as Tensor2D, corners as Tensor2D), inverse as Tensor2D));
    }
    return inverse as Matrix;
  });
