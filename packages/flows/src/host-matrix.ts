import { SingularMatrixError } from './errors.ts';

/** A square matrix in host memory, float64, as rows. */
export type HostMatrix = readonly (readonly number[])[];

/** `permutation` (as the row order), unit lower L and upper U with matrix[permutation[i]] = (L U)[i]. */
export interface Factorisation {
  readonly permutation: readonly number[];
  readonly lower: number[][];
  readonly upper: number[][];
}

/** LU factorisation with partial pivoting in float64. Throws `SingularMatrixError`. */
export function factorise(matrix: HostMatrix): Factorisation {
  const size = matrix.length;
  const upper = matrix.map((row) => [...row]);
  const lower: number[][] = matrix.map((_, i) => matrix.map((_, j) => (i === j ? 1 : 0)));
  const permutation = matrix.map((_, i) => i);
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(upper[i][k]) > Math.abs(upper[pivot][k])) pivot = i;
    if (!(Math.abs(upper[pivot][k]) > 1e-300)) {
      throw new SingularMatrixError(`A ${size} x ${size} matrix has no inverse (pivot ${k} is ${upper[pivot][k]}).`, {
        remedy: 'Use a matrix of full rank, for example an orthonormal one.',
        value: matrix,
      });
    }
    for (const rows of [upper, permutation]) [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let j = 0; j < k; j++) [lower[k][j], lower[pivot][j]] = [lower[pivot][j], lower[k][j]];
    for (let i = k + 1; i < size; i++) {
      const factor = (lower[i][k] = upper[i][k] / upper[k][k]);
      upper[i][k] = 0;
      for (let j = k + 1; j < size; j++) upper[i][j] -= factor * upper[k][j];
    }
  }
  return { permutation, lower, upper };
}

/** The inverse and ln|det| of a square matrix, in float64. Throws `SingularMatrixError`. */
export function invert(matrix: HostMatrix): { inverse: number[][]; logDet: number } {
  const size = matrix.length;
  const { permutation, lower, upper } = factorise(matrix);
  const inverse = matrix.map(() => new Array<number>(size).fill(0));
  for (let column = 0; column < size; column++) {
    const solution = permutation.map((row) => (row === column ? 1 : 0));
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) solution[i] -= lower[i][j] * solution[j];
    for (let i = size - 1; i >= 0; i--) {
      for (let j = i + 1; j < size; j++) solution[i] -= upper[i][j] * solution[j];
      solution[i] /= upper[i][i];
    }
    for (let i = 0; i < size; i++) inverse[i][column] = solution[i];
  }
  return { inverse, logDet: upper.reduce((total, row, i) => total + Math.log(Math.abs(row[i])), 0) };
}

/** Orthonormal rows that span what `matrix`'s rows span, by Gram-Schmidt done twice. */
export function orthonormalise(matrix: HostMatrix): number[][] {
  const rows: number[][] = [];
  for (const row of matrix) {
    let direction = [...row];
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of rows) {
        const overlap = earlier.reduce((total, value, j) => total + value * direction[j], 0);
        direction = direction.map((value, j) => value - overlap * earlier[j]);
      }
    }
    const length = Math.hypot(...direction);
    rows.push(direction.map((value) => value / length));
  }
  return rows;
}
