import { createRandom } from '@deflow/images';
import { grads, mul, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { FlowConfigurationError } from './errors.ts';
import { invert, orthonormalise } from './host-matrix.ts';
import { invertMatrix, logAbsoluteDeterminant, permutation, plainConv1x1, reverseChannels } from './index.ts';

describe.each([1, 2, 12, 48])('the inverse of a general matrix of %i rows', (size) => {
  const random = createRandom(`inverse ${size}`);
  const turn = () => orthonormalise(Array.from({ length: size }, () => [...random.normals(size)]));
  const [left, right] = [turn(), turn()];
  /** Singular values from 0.3 to 3. */
  const rows = left.map((row) =>
    right.map((_, j) =>
      row.reduce((total, value, k) => total + value * 0.3 * 10 ** (k / Math.max(1, size - 1)) * right[k][j], 0),
    ),
  );
  const weight = tensor2d(rows);
  const { inverse, logDet } = invert(rows);

  test('and its determinant equal those of float64', () => {
    const got = invertMatrix(weight).arraySync();
    inverse.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs(got[i][j] - value)).toBeLessThan(1e-5);
      });
    });
    expect(
      Math.abs(logAbsoluteDeterminant(weight).dataSync()[0] - logDet) / Math.max(1, Math.abs(logDet)),
    ).toBeLessThan(1e-5);
  });

  test('have the gradients of their formulas', () => {
    const incoming = tensor2d(random.normals(size * size), [size, size]);
    const [determinant] = grads((w) => logAbsoluteDeterminant(w as Tensor2D))([weight]);
    const [ofInverse] = grads((w) => sum(mul(invertMatrix(w as Tensor2D), incoming)))([weight]);
    const [a, b] = [determinant.arraySync() as number[][], ofInverse.arraySync() as number[][]];
    const g = incoming.arraySync();
    const row = (i: number, j: number) =>
      -inverse.reduce(
        (total, _, k) => total + inverse[k][i] * g[k].reduce((sum, value, l) => sum + value * inverse[j][l], 0),
        0,
      );
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        expect(Math.abs(a[i][j] - inverse[j][i])).toBeLessThan(1e-5);
        expect(Math.abs(b[i][j] - row(i, j)) / Math.max(1, Math.abs(row(i, j)))).toBeLessThan(1e-4);
      }
    }
  });
});

test('an order that misses a channel, and a rotation without random numbers, are refused', () => {
  expect(() => permutation({ order: [0, 2] })).toThrow(FlowConfigurationError);
  expect(() => permutation({ order: [] })).toThrow(FlowConfigurationError);
  expect(() => plainConv1x1({ channels: 3 })).toThrow(FlowConfigurationError);
});

test('an order puts the named channels first', () => {
  const x = tensor2d([[10, 20, 30]]);
  expect([
    ...permutation({ order: [2, 0, 1] })
      .forward(x)
      .z.dataSync(),
  ]).toEqual([30, 10, 20]);
  expect([...reverseChannels({ channels: 3 }).forward(x).z.dataSync()]).toEqual([30, 20, 10]);
});
