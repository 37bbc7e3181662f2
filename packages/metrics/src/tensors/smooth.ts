import {
  add,
  customGrad,
  div,
  divNoNan,
  equal,
  log,
  maximum,
  mul,
  pow,
  scalar,
  sqrt,
  square,
  step,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';

// Functions whose gradients are infinite somewhere, made to have the gradient 0 there.

/** The largest argument whose square root counts as 0. */
const least = 1e-20;

/** sqrt(x), and 0 with the gradient 0 where x is (almost) 0. */
export const safeSqrt = <T extends Tensor>(x: T): T =>
  mul(sqrt(maximum(x, scalar(least))), step(sub(x, scalar(least)))) as T;

/** sqrt(a^2 + b^2), gradient 0 at the origin. */
export const safeLength = <T extends Tensor>(a: T, b: T): T => safeSqrt(add(square(a), square(b)) as T);

/** x^exponent for x >= 0 and an exponent below 1: 0 with gradient 0 for x at 0 or below. */
export function safePower<T extends Tensor>(x: T, exponent: number): T {
  return mul(pow(maximum(x, scalar(1e-36)), scalar(exponent)), step(x)) as T;
}

/** log(x), gradient 0 where x is 0: there some WebGL devices give a finite logarithm. */
export const safeLog = <T extends Tensor>(x: T): T =>
  customGrad((input: Tensor | unknown, save) => {
    (save as (tensors: Tensor[]) => void)([input as Tensor]);
    return {
      value: where(equal(input as Tensor, 0), scalar(Number.NEGATIVE_INFINITY), log(input as Tensor)),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => divNoNan(dy, saved!),
    };
  })(x) as T;

/** (2 a b + c) / (a^2 + b^2 + c): 1 where a and b are equal. */
export function ratioSimilarity<T extends Tensor>(a: T, b: T, c: number): T {
  const constant = scalar(c);
  return div(add(mul(mul(a, b), scalar(2)), constant), add(add(square(a), square(b)), constant)) as T;
}
