import { createRandom } from '@deflow/images';
import { tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createDeFlow, paperSmall, sigmaEigenvalues, small } from './index.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';

test('of matrices whose eigenvalues are known', () => {
  expect(
    symmetricEigenvalues([
      [2, 1],
      [1, 2],
    ]).map((each) => Math.round(each * 1e12) / 1e12),
  ).toEqual([3, 1]);
  // The second difference of n points: 2 − 2 cos(k π / (n + 1)).
  const n = 40;
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  );
  symmetricEigenvalues(matrix).forEach((each, i) => {
    expect(each).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 10);
  });
  expect(
    symmetricEigenvalues([
      [0, 0],
      [0, 0],
    ]),
  ).toEqual([0, 0]);
});

test('of A Aᵀ: squares of the singular values, whatever the rotations', async () => {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const factor = variable(
    tensor([
      [2 * c, -0.5 * s],
      [2 * s, 0.5 * c],
    ]),
  ) as Variable;
  const [found] = await sigmaEigenvalues({ parameters: { shifts: [{ factor }] } });
  expect(found![0]).toBeCloseTo(4, 5);
  expect(found![1]).toBeCloseTo(0.25, 5);
});

test('of fresh models: what their descriptions say', async () => {
  const full = await sigmaEigenvalues(createDeFlow({ config: paperSmall.model, random: createRandom(1) }));
  expect(full.map(({ length }) => length)).toEqual([6, 24]);
  for (const each of full.flat()) expect(each).toBeCloseTo(0.01, 6);
  const diagonal = await sigmaEigenvalues(createDeFlow({ config: small.model, random: createRandom(1) }));
  expect(diagonal).toEqual([Array(12).fill(1)]);
});
