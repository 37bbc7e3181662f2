import { addProducts, type Rows } from '../linear-algebra/multiply-transposed.ts';
import { symmetricEigenvalues } from '../linear-algebra/symmetric-eigenvalues.ts';
import { factoredMoments, isMoments } from './covariance-factor.ts';
import type { FeatureMoments } from './feature-moments.ts';
import type { FeatureSet } from './feature-set.ts';

/**
 * The Frechet distance of the normal distributions with the means and covariances (n - 1) of two feature sets, or with given
 * ones: |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)); from 0, lower is better. With the pooled features of the Inception
 * network for it this is FID (Heusel et al. 2017), which takes thousands of images; the features are the caller's.
 * With F' F = S1 and G' G = S2 the eigenvalues of S1 S2 are those of (F G') (F G')', which is symmetric.
 * The work grows with the third power of the vectors' length, or of the number of vectors where that is smaller.
 *
 * @throws FeatureSetError
 */
export function frechetDistance(first: FeatureSet | FeatureMoments, second: FeatureSet | FeatureMoments): number {
  const length = isMoments(first) ? first.mean.length : (first[0]?.length ?? 0);
  const [a, b] = [factoredMoments(first, length), factoredMoments(second, length)];
  let distance = squares(a.factor.data) + squares(b.factor.data);
  for (let i = 0; i < length; i++) distance += (a.mean[i]! - b.mean[i]!) ** 2;
  return distance - 2 * traceOfRoot(a.factor, b.factor);
}

const squares = (values: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum;
};

/** The trace of (F' F G' G)^(1/2): the sum of the singular values of F G'. */
function traceOfRoot(f: Rows, g: Rows): number {
  const [small, large] = f.count <= g.count ? [f, g] : [g, f];
  if (small.count === 0) return 0;
  const data = new Float64Array(small.count * large.count);
  addProducts(data, small, large);
  const products: Rows = { data, count: small.count, length: large.count };
  const squared = new Float64Array(small.count ** 2);
  addProducts(squared, products, products);
  return symmetricEigenvalues(squared, small.count).reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
}
