import { symmetricEigen } from './symmetric-eigen.ts';

/** v' pinv(A) v for a symmetric A (row-major): eigenvalues below MATLAB's cut-off, size * eps * largest, count as zero. */
export function pseudoInverseForm(matrix: Float64Array, vector: Float64Array): number {
  const size = vector.length;
  const { values, vectors } = symmetricEigen(matrix, size);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let sum = 0;
  for (let j = 0; j < size; j++) {
    if (Math.abs(values[j]!) <= size * Number.EPSILON * largest) continue;
    let projection = 0;
    for (let i = 0; i < size; i++) projection += vectors[i * size + j]! * vector[i]!;
    sum += projection ** 2 / values[j]!;
  }
  return sum;
}
