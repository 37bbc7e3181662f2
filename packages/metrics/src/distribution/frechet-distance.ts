import { sampleMoments } from '../linear-algebra/sample-moments.ts';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.ts';
import { checkFeatureSets, type FeatureSet } from './feature-set.ts';

/**
 * The Frechet distance of the normal distributions with the means and covariances (n - 1) of two feature sets:
 * |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)); from 0, lower is better. With the pooled features of the Inception network
 * for it this is FID (Heusel et al. 2017), which takes thousands of images; the features are the caller's.
 * The work grows with the third power of the vectors' length: seconds for 300, an hour for 2048.
 *
 * @throws FeatureSetError
 */
export function frechetDistance(first: FeatureSet, second: FeatureSet): number {
  const size = checkFeatureSets(first, second);
  const [a, b] = [sampleMoments(first, size), sampleMoments(second, size)];
  let distance = 0;
  for (let i = 0; i < size; i++) {
    distance += (a.mean[i]! - b.mean[i]!) ** 2;
    distance += a.covariance[i * size + i]! + b.covariance[i * size + i]!;
  }
  // S1 S2 has the eigenvalues of the symmetric S1^(1/2) S2 S1^(1/2).
  const root = squareRoot(a.covariance, size);
  const inner = product(product(root, b.covariance, size), root, size);
  for (const value of symmetricEigen(inner, size).values) distance -= 2 * Math.sqrt(Math.max(value, 0));
  return distance;
}

function squareRoot(matrix: Float64Array, size: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, size);
  const root = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const scale = Math.sqrt(Math.max(values[k]!, 0));
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) root[i * size + j]! += scale * vectors[i * size + k]! * vectors[j * size + k]!;
  }
  return root;
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const weight = a[i * size + k]!;
      for (let j = 0; j < size; j++) result[i * size + j]! += weight * b[k * size + j]!;
    }
  return result;
}
