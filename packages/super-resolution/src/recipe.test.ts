import { expect, test } from 'vitest';
import { InvalidRecipeError, quick, recipeSchedule, restartingCosine } from './index.ts';

test('a recipe rises during its warm-up and falls to the share that it names', () => {
  const schedule = recipeSchedule({ ...quick.training, steps: 100, learningRate: 1, warmUpSteps: 10 });
  expect(schedule(5)).toBeCloseTo(0.5, 2);
  expect(schedule(51)).toBeCloseTo(0.505, 12);
  expect(schedule(100)).toBeCloseTo(0.01, 3);
});

test('milestones are shares of all steps', () => {
  const steps = { kind: 'multi-step', at: [0.5, 0.75], gamma: 0.5 } as const;
  const schedule = recipeSchedule({ ...quick.training, steps: 8, learningRate: 8, warmUpSteps: 0, schedule: steps });
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(schedule)).toEqual([8, 8, 8, 8, 4, 4, 2, 2]);
});

test('refuses what makes no schedule', () => {
  expect(() => recipeSchedule({ ...quick.training, steps: 0 })).toThrow(InvalidRecipeError);
  expect(() => restartingCosine({ learningRate: 1, periods: [] })).toThrow('no schedule');
  expect(() => restartingCosine({ learningRate: 1, periods: [3, 4], weights: [1] })).toThrow('no schedule');
});
