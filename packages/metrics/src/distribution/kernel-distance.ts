import { checkFeatureSets, type FeatureSet } from './feature-set.ts';

export interface KernelDistanceOptions {
  /** `unbiased` (default; may be below 0) leaves out each vector's product with itself, `biased` keeps it. */
  readonly estimator?: 'unbiased' | 'biased';
}

/**
 * Squared maximum mean discrepancy of two feature sets with the kernel (x y / length + 1)^3, over all vectors: 0 for the
 * same distribution, lower is better. With the features of the Inception network for it this is KID (Binkowski et al.
 * 2018), without their random subsets, so that it is the same at every call.
 *
 * @throws FeatureSetError
 */
export function kernelDistance(
  first: FeatureSet,
  second: FeatureSet,
  { estimator = 'unbiased' }: KernelDistanceOptions = {},
): number {
  const length = checkFeatureSets(first, second);
  const kernel = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += a[i]! * b[i]!;
    return (sum / length + 1) ** 3;
  };
  const within = (set: FeatureSet) => {
    let sum = 0;
    for (let i = 0; i < set.length; i++) for (let j = 0; j < i; j++) sum += 2 * kernel(set[i]!, set[j]!);
    if (estimator === 'unbiased') return sum / (set.length * (set.length - 1));
    for (const vector of set) sum += kernel(vector, vector);
    return sum / set.length ** 2;
  };
  let across = 0;
  for (const a of first) for (const b of second) across += kernel(a, b);
  return within(first) + within(second) - (2 * across) / (first.length * second.length);
}
