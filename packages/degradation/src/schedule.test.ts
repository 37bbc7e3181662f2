import { expect, test } from 'vitest';
import { aim, recipeSchedule, small } from './index.ts';

test('the small recipe warms up over 100 steps and falls to 5 % as a cosine', () => {
  const rate = recipeSchedule(small.training);
  expect(rate(50)).toBeCloseTo(1e-3, 5);
  expect(rate(1500)).toBeCloseTo((2e-3 + 1e-4) / 2, 5);
  expect(rate(3000)).toBeCloseTo(1e-4, 6);
  for (let step = 101; step < 3000; step++) expect(rate(step + 1)).toBeLessThan(rate(step));
});

test('the published recipe halves at 50, 75, 90 and 95 %, one step early as the program did', () => {
  const rate = recipeSchedule(aim.training);
  const expected: [step: number, halvings: number][] = [
    [1, 0],
    [49_999, 0],
    [50_000, 1],
    [75_000, 2],
    [90_000, 3],
    [95_000, 4],
    [100_000, 4],
  ];
  for (const [step, halvings] of expected) expect(rate(step)).toBeCloseTo(1e-4 / 2 ** halvings, 12);
});
