import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { memory, tensor2d, type Variable } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { IllConditionedError } from './errors.ts';
import {
  actNorm,
  conditionNumbers,
  inspectMatrix,
  invertibleConv1x1,
  multiScale,
  plainConv1x1,
  requireWellConditioned,
  sequential,
} from './index.ts';

const random = createRandom('condition numbers');
const rotation = (channels: number) => plainConv1x1({ channels, random });

test('of every matrix, by path: rotations are well conditioned, what is nearly singular is named', async () => {
  const bad = rotation(2);
  const flow = sequential({ norm: actNorm({ channels: 2 }), inner: sequential({ good: rotation(2), bad }) });
  const before = memory().numTensors;
  await requireWellConditioned(flow);
  (bad.parameters.weight as Variable).assign(
    tensor2d([
      [1, 1],
      [1, 1.0001],
    ]),
  );
  const found = await conditionNumbers(flow);
  expect([...found.keys()]).toEqual(['inner > good', 'inner > bad']);
  expect(found.get('inner > good')).toBeLessThan(2.01);
  expect(found.get('inner > bad')).toBeGreaterThan(3e4);
  await expect(requireWellConditioned(flow)).rejects.toThrow(IllConditionedError);
  await expect(requireWellConditioned(flow)).rejects.toThrow('inner > bad (4.0');
  await requireWellConditioned(flow, { limit: 1e5 });
  expect(memory().numTensors).toBe(before + 1); // the matrix assigned
});

test('a singular matrix counts as infinite; levels are part of the path', async () => {
  const flow = multiScale([{ flow: sequential([rotation(3), invertibleConv1x1({ channels: 3, random })]) }]);
  const [singular] = flow.levels[0].flow.layers!.values();
  (singular.parameters.weight as Variable).assign(tensor2d(new Array(9).fill(1), [3, 3]));
  const found = await conditionNumbers(flow);
  expect(found.get('level 0 > 0')).toBe(Number.POSITIVE_INFINITY);
  expect(found.get('level 0 > 1')).toBeLessThan(4);
  disposeParameters(flow.parameters);
});

test('float64 on the host: the matrix times its inverse is the identity to 1e-10', async () => {
  const layer = invertibleConv1x1({ channels: 12, random });
  const { matrix, inverse, logDet } = (await inspectMatrix(layer))!;
  matrix.forEach((row, i) => {
    matrix.forEach((_, j) => {
      const product = row.reduce((total, value, k) => total + value * inverse[k][j], 0);
      expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-10);
    });
  });
  expect(Math.abs(logDet)).toBeLessThan(1e-5);
  expect(await inspectMatrix(actNorm({ channels: 2 }))).toBeUndefined();
});
