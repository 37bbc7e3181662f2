import type { Rows } from '../linear-algebra/multiply-transposed.ts';
import { semidefiniteFactor } from '../linear-algebra/semidefinite-factor.ts';
import { FeatureSetError } from './errors.ts';
import { type FeatureMoments, featureMoments } from './feature-moments.ts';
import { checkFeatureSet, type FeatureSet } from './feature-set.ts';

/** A mean, and rows F with F' F the covariance. */
export interface FactoredMoments {
  readonly mean: Float64Array;
  readonly factor: Rows;
}

/** Of sets with fewer vectors than these have values, the covariance is never made: they are its factor themselves. */
export function factoredMoments(features: FeatureSet | FeatureMoments, length: number): FactoredMoments {
  if (isMoments(features)) return ofMoments(features, length);
  checkFeatureSet(features, length);
  return features.length <= length ? ofVectors(features, length) : ofMoments(featureMoments(features), length);
}

export const isMoments = (features: FeatureSet | FeatureMoments): features is FeatureMoments =>
  'covariance' in features;

function ofMoments({ mean, covariance }: FeatureMoments, length: number): FactoredMoments {
  if (mean.length !== length || covariance.length !== length ** 2)
    throw new FeatureSetError(`one has ${mean.length} means and ${covariance.length} covariances.`, mean.length);
  if (!mean.every(Number.isFinite) || !covariance.every(Number.isFinite))
    throw new FeatureSetError('not all moments are finite.');
  return { mean, factor: semidefiniteFactor(covariance.slice(), length) };
}

/**
 * Row i is the difference of vector i to the mean of those before it, times sqrt(i / (i + 1)): the vectors turned by
 * Helmert's orthogonal matrix, one row fewer than they are.
 */
function ofVectors(vectors: FeatureSet, length: number): FactoredMoments {
  const count = vectors.length - 1;
  const mean = Float64Array.from({ length }, (_, i) => vectors[0]![i]!);
  const data = new Float64Array(count * length);
  for (let n = 1; n <= count; n++) {
    const scale = Math.sqrt(n / (n + 1) / count);
    for (let i = 0; i < length; i++) {
      const difference = vectors[n]![i]! - mean[i]!;
      data[(n - 1) * length + i] = scale * difference;
      mean[i]! += difference / (n + 1);
    }
  }
  return { mean, factor: { data, count, length } };
}
