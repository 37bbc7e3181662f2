import { createRandom } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { addProducts, type Rows } from './multiply-transposed.ts';
import { mirror, semidefiniteFactor } from './semidefinite-factor.ts';
import { symmetricEigen } from './symmetric-eigen.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';

function rows(count: number, length: number, seed = 1): Rows {
  const random = createRandom(seed);
  return { data: Float64Array.from({ length: count * length }, () => random.normal()), count, length };
}

const dot = (a: Rows, i: number, b: Rows, j: number) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a.data[i * a.length + k]! * b.data[j * b.length + k]!;
  return sum;
};

/** F' F of the rows of F. */
function gram(f: Rows): Float64Array {
  const matrix = new Float64Array(f.length ** 2);
  for (let k = 0; k < f.count; k++)
    for (let i = 0; i < f.length; i++)
      for (let j = 0; j < f.length; j++)
        matrix[i * f.length + j]! += f.data[k * f.length + i]! * f.data[k * f.length + j]!;
  return matrix;
}

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe('products of rows', () => {
  it.each([
    [1, 1, 1],
    [4, 2, 3],
    [7, 9, 300],
    [70, 131, 17],
    [65, 3, 513],
  ])('%i x %i of length %i', (count, other, length) => {
    const [a, b] = [rows(count, length), rows(other, length, 2)];
    const sums = new Float64Array(count * other).fill(1);
    addProducts(sums, a, b, 2);
    const expected = sums.map((_, at) => 1 + 2 * dot(a, Math.floor(at / other), b, at % other));
    expect(largestDifference(sums, expected)).toBeLessThan(1e-11);
    const own = new Float64Array(count * count);
    addProducts(own, a, a);
    mirror(own, count);
    const square = own.map((_, at) => dot(a, Math.floor(at / count), a, at % count));
    expect(largestDifference(own, square)).toBeLessThan(1e-11);
  });
});

describe('eigenvalues of symmetric matrices', () => {
  it.each([1, 2, 3, 16, 61])('%i: those of Jacobi rotations', (size) => {
    const matrix = gram(rows(size + 2, size));
    const expected = symmetricEigen(matrix, size).values.sort();
    const values = symmetricEigenvalues(matrix.slice(), size);
    expect(largestDifference(values, expected)).toBeLessThan(1e-13 * expected[size - 1]!);
  });

  it('of the second difference are known', () => {
    const size = 200;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      matrix[i * size + i] = 2;
      if (i > 0) matrix[i * size + i - 1] = -1;
    }
    const values = symmetricEigenvalues(matrix, size);
    const expected = values.map((_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)));
    expect(largestDifference(values, expected)).toBeLessThan(2e-14);
  });

  it('of negative, repeated and absent ones too', () => {
    expect([...symmetricEigenvalues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
    const swap = Float64Array.of(0, 0, 0, 1, 0, 0, 0, 0, 5);
    expect(largestDifference(symmetricEigenvalues(swap, 3), Float64Array.of(-1, 1, 5))).toBeLessThan(1e-15);
    const identity = Float64Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    expect([...symmetricEigenvalues(identity, 8)]).toEqual(new Array(8).fill(1));
    expect(symmetricEigenvalues(new Float64Array(), 0).length).toBe(0);
  });
});

describe('factors of semidefinite matrices', () => {
  it.each([
    [5, 5],
    [150, 90],
    [40, 130],
    [3, 20],
    [0, 4],
  ])('of rank %i and size %i', (rank, size) => {
    const matrix = gram(rows(rank, size));
    const factor = semidefiniteFactor(matrix.slice(), size);
    expect(factor.count).toBe(Math.min(rank, size));
    expect(largestDifference(gram(factor), matrix)).toBeLessThan(1e-12 * Math.max(rank, 1));
  });
});
