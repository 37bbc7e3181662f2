import { abs, add, customGrad, div, max, maximum, neg, sub, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { FixedPointError } from '../errors.ts';
import type { ContractiveNetwork } from './contractive-network.ts';

export interface FixedPointOptions {
  /** How far the last iteration may still move x, relative to its largest element or 1. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Iterations that suffice for the tolerance wherever the bound on the network's slope holds. */
  readonly enough: number;
  /** Whether to look at the outcome: stops early, and throws where nothing was reached. Not for compiled functions. */
  readonly verify: boolean;
}

/** How many iterations go by between two looks at the outcome. */
const stretch = 10;

/** The outcome of `compute` as a constant, with nothing of it on the tape. */
const withoutGradient = (compute: () => Tensor, like: Tensor): Tensor =>
  customGrad((input) => ({ value: tidy(compute), gradFunc: () => zerosLike(input as Tensor) }))(like);

/**
 * The x with x + g(x) = z, by x <- z - g(x), which converges because g is contractive (Banach). Its gradient does not go through the
 * iterations but through what they reach, dx = (I + J)^-1 (dz - dg), by the Neumann series. Throws `FixedPointError`.
 */
export function solveFixedPoint(
  network: ContractiveNetwork,
  z: Tensor,
  ofFeatures: Tensor | undefined,
  { tolerance, maxIterations, enough, verify }: FixedPointOptions,
): Tensor {
  const next = (x: Tensor) => sub(z, network.linearise(x, ofFeatures).value);
  const moved = (x: Tensor) =>
    tidy(() => div(max(abs(sub(next(x), x))), maximum(max(abs(x)), 1)).dataSync<'float32'>()[0]);
  const iterate = (from: Tensor, times: number) =>
    tidy(() => {
      let x = from;
      for (let i = 0; i < times; i++) x = tidy(() => next(x));
      return x;
    });
  const solution = withoutGradient(() => {
    if (!verify) return iterate(z, enough);
    let x: Tensor = z.clone();
    let change = Number.POSITIVE_INFINITY;
    for (let done = 0; done < maxIterations && !(change <= tolerance); done += stretch) {
      x = iterate(x, stretch);
      change = moved(x);
    }
    if (!(change <= tolerance)) {
      throw new FixedPointError(
        `residualBlock: after ${maxIterations} iterations the inverse still moves by ${change}, not ${tolerance}.`,
        {
          remedy:
            'Call `settle` so that the bound on the slope follows the parameters; lower `lipschitz`, or raise `maxIterations` or `tolerance`.',
          value: change,
        },
      );
    }
    return x;
  }, z);
  const { value, push } = network.linearise(solution, ofFeatures);
  let term = sub(sub(z, value), solution);
  let x = add(solution, term);
  for (let i = 1; i < enough; i++) {
    term = neg(push(term));
    x = add(x, term);
  }
  return x;
}
