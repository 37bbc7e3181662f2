import { describe, expect, test } from 'vitest';
import { psnr, recipeSchedule, restartingCosine } from '../src/index.ts';
import { golden, haveGolden } from './golden-formulas.ts';

interface Schedule {
  readonly type: string;
  readonly lr: number;
  readonly periods: readonly number[];
  readonly restart_weights: readonly number[];
  readonly eta_min: number;
  readonly iteration_lr: readonly (readonly [iteration: number, rate: number])[];
}

const schedules = haveGolden ? golden<{ schedules: Schedule[] }>('optim.json').schedules : [];
const named = (type: string) => schedules.find((schedule) => schedule.type === type)!;

describe.skipIf(!haveGolden)('the learning rates of BasicSR', () => {
  test.each(['CosineAnnealingRestartLR (BasicSR)', 'CosineAnnealingRestartLR (BasicSR), small'])('%s', (type) => {
    const { lr, periods, restart_weights: weights, eta_min: end, iteration_lr: rates } = named(type);
    const schedule = restartingCosine({ learningRate: lr, periods, weights, end });
    expect(rates.length).toBeGreaterThan(10);
    for (const [iteration, rate] of rates) expect(schedule(iteration) / rate).toBeCloseTo(1, 9);
  });

  test('the published recipe has the published rates', () => {
    const schedule = recipeSchedule(psnr.training);
    const rates = named('CosineAnnealingRestartLR (BasicSR)').iteration_lr;
    for (const [iteration, rate] of rates) expect(schedule(iteration) / rate).toBeCloseTo(1, 9);
  });
});
