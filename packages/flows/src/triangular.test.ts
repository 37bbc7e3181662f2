import { createRandom } from '@deflow/images';
import { add, matMul, memory, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { choleskyFactor } from './cholesky.ts';
import { invert } from './host-matrix.ts';
import { invertLowerTriangular } from './triangular.ts';

const random = createRandom('triangular');
const rowsOf = (flat: ArrayLike<number>, size: number) =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => flat[i * size + j]));

describe.each([1, 2, 3, 6, 12, 96])('%i rows', (size) => {
  test('invertLowerTriangular equals float64 and does not look above the diagonal', () => {
    const values = rowsOf(random.normals(size * size), size).map((row, i) =>
      row.map((value, j) => (i === j ? Math.sign(value) * (0.5 + Math.abs(value)) : value / size)),
    );
    const { inverse } = invert(values.map((row, i) => row.map((value, j) => (j > i ? 0 : value))));
    const before = memory().numTensors;
    const lower = tensor2d(values);
    const result = invertLowerTriangular(lower);
    const got = rowsOf(result.dataSync(), size);
    inverse.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs(got[i][j] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      });
    });
    result.dispose();
    lower.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('choleskyFactor multiplies back to the matrix and is lower triangular', () => {
    const a = tensor2d(random.normals(size * size), [size, size]);
    const identity = tensor2d(
      rowsOf(new Array(size * size).fill(0), size).map((row, i) => row.map((_, j) => +(i === j))),
    );
    const matrix = add(matMul(a, a, false, true), identity) as Tensor2D;
    const factor = choleskyFactor(matrix);
    const [got, wanted] = [matMul(factor, factor, false, true).dataSync(), matrix.dataSync()];
    const largest = Math.max(...wanted);
    wanted.forEach((value, i) => {
      expect(Math.abs(got[i] - value) / largest).toBeLessThan(2e-6);
    });
    rowsOf(factor.dataSync(), size).forEach((row, i) => {
      expect(row.slice(i + 1).every((value) => value === 0)).toBe(true);
    });
  });
});
