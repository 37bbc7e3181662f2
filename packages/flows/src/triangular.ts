import { matrixProduct } from '@deflow/images/tensors';
import {
  expandDims,
  mul,
  reciprocal,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { tidied } from './define-layer.ts';

/** Masks on the host: every call of a layer needs them, and a graph that a backend records holds each only once. */
const masks = new Map<string, Float32Array>();

/** Ones where `isOne`, zeros elsewhere: [size, size]. */
function mask(name: string, size: number, isOne: (row: number, column: number) => boolean): Tensor2D {
  const key = `${name} ${size}`;
  const values =
    masks.get(key) ??
    Float32Array.from({ length: size ** 2 }, (_, at) => Number(isOne(Math.floor(at / size), at % size)));
  masks.set(key, values);
  return tensor2d(values, [size, size]);
}

/** The identity matrix [size, size]. */
export const identityMatrix = (size: number): Tensor2D => mask('identity', size, (row, column) => row === column);

/** Ones below the diagonal, zeros elsewhere: [size, size]. */
export const strictlyLowerMask = (size: number): Tensor2D => mask('lower', size, (row, column) => row > column);

/** Ones in the lower left quarter of each diagonal block of 2 `half` rows. */
const lowerQuarterMask = (size: number, half: number): Tensor2D =>
  mask(`quarter ${half}`, size, (row, column) => {
    const [below, right] = [row, column].map((index) => Math.floor(index / half));
    return below === right + 1 && right % 2 === 0;
  });

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
      inverse = sub(inverse, matrixProduct(matrixProduct(inverse, corners), inverse));
    }
    return inverse as Matrix;
  });
