import { createRandom } from '@deflow/images';
import { trainableParameters } from '@deflow/nn';
import { expect, test } from 'vitest';
import { aim, createDeFlow, dped, ntire, paperSmall, releasedLayout, small } from './index.ts';

const count = (config: typeof small.model) =>
  trainableParameters(createDeFlow({ config, random: createRandom(1) }).parameters).reduce(
    (total, { size }) => total + size,
    0,
  );

test('the small model has the 60,352 parameters of its recipe', () => {
  expect(count(small.model)).toBe(60_352);
});

test('the others have those of the README', () => {
  expect(count(paperSmall.model)).toBe(142_818);
  const millions = [aim, ntire, dped].map(({ model }) => {
    const used = releasedLayout(model).filter(({ key, parts }) => parts.length > 0 && !/\.(p|sign_s)$/.test(key));
    const total = used.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
    return (total / 1e6).toFixed(1);
  });
  expect(millions).toEqual(['62.6', '39.4', '39.4']);
});

test('presets are plain data', () => {
  expect(JSON.parse(JSON.stringify(small))).toEqual(small);
  expect(JSON.parse(JSON.stringify(paperSmall))).toEqual(paperSmall);
});
