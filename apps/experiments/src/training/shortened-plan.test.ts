import { expect, it } from 'vitest';
import { shortenedPlan } from './shortened-plan.ts';
import type { TrainingRecord } from './training-record.ts';

/** Records every 20 steps at so many seconds a step. */
const records = (steps: number, secondsPerStep: number): TrainingRecord[] =>
  Array.from({ length: steps / 20 }, (_, index) => ({
    step: 20 * (index + 1),
    seconds: 20 * (index + 1) * secondsPerStep,
    clean: 0,
    degraded: 0,
    learningRate: 0,
    gradientNorm: 0,
    sigma: { least: 1, median: 1, most: 1 },
    imagesPerSecond: 1,
  }));

it('leaves a plan that is kept as it is', () => {
  expect(shortenedPlan({ minutes: 5, steps: 12_000, since: 0, every: 20 }, records(1000, 0.025))).toBeUndefined();
});

it('shortens a plan that would take twice its time', () => {
  const change = shortenedPlan({ minutes: 5, steps: 12_000, since: 0, every: 20 }, records(1000, 0.05));
  // 50 of 300 seconds are gone; 250 more are 5,000 steps.
  expect(change).toEqual({ at: 1000, steps: 6000 });
});

it('says nothing before the speed is known', () => {
  expect(shortenedPlan({ minutes: 5, steps: 12_000, since: 0, every: 20 }, records(20, 1))).toBeUndefined();
});

it('gives a new plan time to show', () => {
  const plan = { minutes: 5, steps: 12_000, since: 900, every: 20 };
  expect(shortenedPlan(plan, records(1000, 0.05))).toBeUndefined();
  expect(shortenedPlan(plan, records(2000, 0.05))).toEqual({ at: 2000, steps: 6000 });
});

it('still makes a last step when time is up', () => {
  expect(shortenedPlan({ minutes: 1, steps: 12_000, since: 0, every: 20 }, records(1000, 0.1))).toEqual({
    at: 1000,
    steps: 1020,
  });
});
