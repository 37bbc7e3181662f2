import { matrixProduct } from '@deflow/images/tensors';
import {
  customGrad,
  log,
  mul,
  neg,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import { choleskyFactor } from './cholesky.ts';
import { tidied } from './define-layer.ts';
import { identityMatrix, invertLowerTriangular } from './triangular.ts';

type Save = (tensors: Tensor[]) => void;

/** W^-1 = (W^T W)^-1 W^T through W^T W = L L^T, then Newton steps X (2 I - W X), and ln|det W| = sum ln diag L. */
function solve(weight: Tensor2D): { inverse: Tensor2D; logDet: Scalar } {
  const size = weight.shape[0];
  const identity = identityMatrix(size);
  const factor = choleskyFactor(matrixProduct(weight, weight, { transposeA: true }) as Tensor2D);
  const whitening = invertLowerTriangular(factor);
  let inverse = matrixProduct(matrixProduct(whitening, whitening, { transposeA: true }), weight, {
    transposeB: true,
  }) as Tensor2D;
  for (let step = 0; step < 3; step++)
    inverse = matrixProduct(inverse, sub(mul(identity, 2), matrixProduct(weight, inverse))) as Tensor2D;
  return { inverse, logDet: sum(log(sum(mul(factor, identity), 1))) };
}

/**
 * The inverse of a general matrix [size, size] as a pure tensor function, d(W^-1) = -W^-1 dW W^-1. Works with the squared condition
 * number: made for matrices conditioned better than about 1,000. A singular matrix gives NaN.
 */
export function invertMatrix(weight: Tensor2D): Tensor2D {
  const invert = customGrad((...inputs) => {
    const [weight, save] = inputs as unknown as [Tensor2D, Save];
    const { inverse } = solve(weight);
    save([inverse]);
    const gradFunc = (incoming: Tensor, [inverse]: Tensor[]) =>
      neg(matrixProduct(matrixProduct(inverse, incoming, { transposeA: true }), inverse, { transposeB: true }));
    return { value: inverse, gradFunc };
  });
  return tidied(() => invert(weight) as Tensor2D);
}

/** ln|det W| of a general matrix [size, size], with the gradient W^-T; see `invertMatrix`. */
export function logAbsoluteDeterminant(weight: Tensor2D): Scalar {
  const determinant = customGrad((...inputs) => {
    const [weight, save] = inputs as unknown as [Tensor2D, Save];
    const { inverse, logDet } = solve(weight);
    save([inverse]);
    const gradFunc = (incoming: Tensor, [inverse]: Tensor[]) => mul(transpose(inverse), incoming);
    return { value: logDet, gradFunc };
  });
  return tidied(() => determinant(weight) as Scalar);
}
