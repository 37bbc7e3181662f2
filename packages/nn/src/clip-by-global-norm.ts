import { add, addN, div, minimum, mul, type Scalar, sqrt, square, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';

export interface Clipped {
  readonly gradients: Tensor[];
  /** The norm of all gradients together before clipping. */
  readonly norm: Scalar;
}

/** sqrt of the sum of the squares of all numbers in `tensors`. */
export const globalNorm = (tensors: readonly Tensor[]): Scalar =>
  tidy(() => sqrt(addN(tensors.map((tensor) => sum(square(tensor)) as Scalar))));

/**
 * Shrinks all gradients by one factor, min(1, maximumNorm / (norm + 1e-6)), so that together they are no longer than
 * `maximumNorm`: PyTorch's `clip_grad_norm_`. A norm that is not finite spoils all gradients: see `zeroUnlessFinite`.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], maximumNorm: number): Clipped {
  return tidy(() => {
    const norm = globalNorm(gradients);
    const factor = minimum(div(maximumNorm, add(norm, 1e-6)), 1);
    return { gradients: gradients.map((gradient) => mul(gradient, factor)), norm };
  });
}
