import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { constantSchedule, cosineSchedule, multiStepSchedule, type Schedule, warmUp } from './schedules.ts';

interface Golden {
  type: string;
  lr: number;
  milestones?: number[];
  gamma?: number;
  periods?: number[];
  eta_min?: number;
  first_step_before_iteration: 1 | 2;
  iteration_lr: [iteration: number, rate: number][];
}

const file = new URL('../../../../shared/golden/sr/optim.json', import.meta.url);
const available = existsSync(file);
if (!available) console.warn('skipped: ../shared/golden/sr/optim.json is not there');
const schedules: Golden[] = available ? JSON.parse(readFileSync(file, 'utf8')).schedules : [];

const golden = (type: string): Golden => schedules.find((schedule) => schedule.type === type)!;

function expectRates(schedule: Schedule, rates: Golden['iteration_lr']): void {
  expect(rates.length).toBeGreaterThan(5);
  for (const [iteration, rate] of rates) expect(schedule(iteration) / rate).toBeCloseTo(1, 9);
}

describe.skipIf(!available)('schedules against BasicSR and Real-SR', () => {
  test.each([
    'MultiStepLR (BasicSR MultiStepRestartLR)',
    'MultiStepLR (BasicSR), small',
    'MultiStepLR_Restart (Real-SR)',
  ])('%s', (type) => {
    const { lr, milestones, gamma, first_step_before_iteration, iteration_lr } = golden(type);
    const firstCount = first_step_before_iteration === 1 ? 1 : 0;
    const schedule = multiStepSchedule({ learningRate: lr, milestones: milestones!, gamma: gamma!, firstCount });
    expectRates(schedule, iteration_lr);
  });

  test('the first period of CosineAnnealingRestartLR (BasicSR)', () => {
    const { lr, periods, eta_min, iteration_lr } = golden('CosineAnnealingRestartLR (BasicSR)');
    const steps = periods![0]!;
    const schedule = cosineSchedule({ learningRate: lr, steps, endFraction: eta_min! / lr });
    const firstPeriod = iteration_lr.filter(([iteration]) => iteration <= steps + 1);
    expectRates(schedule, firstPeriod);
  });

  test('the first period of CosineAnnealingLR_Restart (Real-SR)', () => {
    const schedule = cosineSchedule({ learningRate: 1, steps: 4, endFraction: 0.1, firstCount: 1 });
    const rates = golden('CosineAnnealingLR_Restart (Real-SR), small').iteration_lr.slice(0, 3);
    for (const [iteration, rate] of rates) expect(schedule(iteration)).toBeCloseTo(rate, 12);
  });

  test('the rising part of linear warm-up (BasicSR)', () => {
    const schedule = warmUp(constantSchedule(1e-4), 10);
    expectRates(schedule, golden('MultiStepLR (BasicSR) with linear warm-up').iteration_lr.slice(0, 9));
    expect(schedule(10)).toBe(1e-4);
  });
});

test('cosineSchedule falls from the whole rate to its fraction and stays there', () => {
  const schedule = cosineSchedule({ learningRate: 2, steps: 100, endFraction: 0.05 });
  expect([1, 51, 101, 1000].map(schedule)).toEqual([2, expect.closeTo(1.05, 12), 0.1, 0.1]);
});

test('multiStepSchedule of DeFlow halves at the milestone itself', () => {
  const milestones = [50, 75, 90, 95];
  const schedule = multiStepSchedule({ learningRate: 16, milestones, firstCount: 1 });
  expect([1, 49, 50, 75, 90, 95, 100].map(schedule)).toEqual([16, 16, 8, 4, 2, 1, 1]);
});

test('refuses an end before the start', () => {
  expect(() => cosineSchedule({ learningRate: 1, steps: 0 })).toThrow('steps is 0');
  expect(() => warmUp(constantSchedule(1), Number.NaN)).toThrow('steps is NaN');
});
