import { existsSync, readFileSync } from 'node:fs';
import { tensor, variable } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { exponentialMovingAverage } from './exponential-moving-average.ts';

const file = new URL('../../../../shared/golden/sr/optim.json', import.meta.url);
const available = existsSync(file);
if (!available) console.warn('skipped: ../shared/golden/sr/optim.json is not there');

test.skipIf(!available)('follows the golden sequence of BasicSR within 1.5e-7', () => {
  const { decay, after }: { decay: number; after: number[][] } = JSON.parse(readFileSync(file, 'utf8')).ema;
  const theta = (t: number) => Array.from({ length: 6 }, (_, i) => Math.sin(0.5 + 0.3 * i + 0.7 * t));
  const weight = variable(tensor(theta(0), [2, 3]));
  const average = exponentialMovingAverage({ weight }, { decay });
  for (const [t, expected] of after.entries()) {
    if (t > 0) {
      weight.assign(tensor(theta(t), [2, 3]));
      average.update();
    }
    const values = average.variables[0]!.dataSync();
    for (const [i, value] of expected.entries()) expect(Math.abs(values[i]! - value)).toBeLessThan(1.5e-7);
  }
});
