import {
  abs,
  add,
  addN,
  cast,
  lessEqual,
  logicalAnd,
  mul,
  type Scalar,
  sqrt,
  square,
  sum,
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

export interface EachGuarded extends Guarded {
  /** The norm of all gradients together. */
  readonly norm: Scalar;
}

/**
 * The same for every gradient by itself: it becomes 0 unless it and the loss are finite. No gradient has to wait for the others: a
 * compiled step applies each as soon as it is there, and holds few of them at a time.
 */
export function zeroEachUnlessFinite(gradients: readonly Tensor[], loss: Scalar): EachGuarded {
  return tidy(() => {
    const poison = mul(loss, 0);
    const sums = gradients.map((gradient) => sum(square(gradient)) as Scalar);
    const kept = gradients.map((gradient, i) =>
      where(lessEqual(add(sums[i]!, poison), largestFloat32), gradient, zerosLike(gradient)),
    );
    const norm = sqrt(addN(sums));
    return { gradients: kept, norm, finite: allFinite([loss, norm]) };
  });
}
