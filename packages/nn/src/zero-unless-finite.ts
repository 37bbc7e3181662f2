import {
  abs,
  add,
  addN,
  cast,
  concat,
  engine,
  getBackend,
  lessEqual,
  logicalAnd,
  mul,
  reshape,
  type Scalar,
  Select,
  split,
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
    return { gradients: gradients.map((gradient) => keptIf(keep, gradient)), finite };
  });
}

export interface EachGuarded extends Guarded {
  /** The norm of all gradients together. */
  readonly norm: Scalar;
}

/** Gradients of fewer numbers are looked at together: there are many of them in a large model, and they hardly weigh. */
const smallestOfItsOwn = 4096;

/**
 * The same for every gradient by itself, and for all those of fewer than 4096 numbers together: they become 0 unless they and the loss
 * are finite. No large gradient has to wait for the others: a compiled step applies each as soon as it is there, and holds few of them
 * at a time.
 */
export function zeroEachUnlessFinite(gradients: readonly Tensor[], loss: Scalar): EachGuarded {
  return tidy(() => {
    // NaN unless the loss is finite; no sum is less.
    const limit = add(mul(loss, 0), largestFloat32);
    const sums: Scalar[] = [];
    const guard = (gradient: Tensor): Tensor => {
      const squares = sum(square(gradient)) as Scalar;
      sums.push(squares);
      return keptIf(lessEqual(squares, limit), gradient);
    };
    const kept = new Map(gradients.filter(({ size }) => size >= smallestOfItsOwn).map((each) => [each, guard(each)]));
    const small = gradients.filter((each) => !kept.has(each));
    if (small.length > 0) {
      const together = guard(concat(small.map((each) => reshape(each, [-1]))));
      const parts = split(
        together,
        small.map(({ size }) => size),
      );
      small.forEach((each, i) => void kept.set(each, reshape(parts[i]!, each.shape)));
    }
    const norm = sqrt(addN(sums));
    return { gradients: gradients.map((each) => kept.get(each)!), norm, finite: allFinite([loss, norm]) };
  });
}

/** `tensor` if the one boolean `condition` holds, else zeros. */
function keptIf(condition: Tensor, tensor: Tensor): Tensor {
  const zeros = zerosLike(tensor);
  // TensorFlow's operation takes it as it is; `where` would make a boolean for each number of it, as other backends need.
  if (getBackend() !== 'tensorflow') return where(condition, tensor, zeros);
  return engine().runKernel(Select, { condition, t: tensor, e: zeros });
}
