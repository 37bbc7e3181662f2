import { createRandom } from '@deflow/images';
import { trainableParameters } from '@deflow/nn';
import { expect, test } from 'vitest';
import { createDeFlow, paperSmall, small } from './index.ts';

const count = (config: typeof small.model) =>
  trainableParameters(createDeFlow({ config, random: createRandom(1) }).parameters).reduce(
    (total, { size }) => total + size,
    0,
  );

test('the small model has the 60,352 parameters of its recipe', () => {
  expect(count(small.model)).toBe(60_352);
});

test('presets are plain data', () => {
  expect(JSON.parse(JSON.stringify(small))).toEqual(small);
  expect(JSON.parse(JSON.stringify(paperSmall))).toEqual(paperSmall);
});
