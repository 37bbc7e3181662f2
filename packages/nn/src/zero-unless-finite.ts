import {
  abs,
  cast,
  lessEqual,
  logicalAnd,
  type Scalar,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';

const largestFloat32 = 3.4028234663852886e38;

/** 1 when every scalar is a finite number, else 0. */
export const allFinite = (scalars: readonly Scalar[]): Scalar =>
  tidy(() => {
    const checks = scalars.map((scalar) => lessEqual(abs(scalar), largestFloat32));
    return cast(
      checks.reduce((all, check) => logicalAnd(all, check)),
      'float32',
    ) as Scalar;
  });

export interface Guarded {
  /** The gradients, or zeros of the same shapes. */
  readonly gradients: Tensor[];
  /** 1 or 0. Multiply the step size by it, and count the zeros. */
  readonly finite: Scalar;
}

/**
 * The policy for NaN and infinity inside a compiled step, where nothing can be read: unless every one of `witnesses` (loss and
 * gradient norm) is finite, all gradients become 0. With Adam's `stepSize` multiplied by `finite` such a step changes no
 * parameter; the moments fade as for a gradient of zero.
 */
export function zeroUnlessFinite(gradients: readonly Tensor[], witnesses: readonly Scalar[]): Guarded {
  return tidy(() => {
    const finite = allFinite(witnesses);
    const keep = cast(finite, 'bool');
    return { gradients: gradients.map((gradient) => where(keep, gradient, zerosLike(gradient))), finite };
  });
}
