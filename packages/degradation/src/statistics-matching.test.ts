import { createRandom } from '@deflow/images';
import { moments, mul, sub, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { aim } from './index.ts';
import { convertStatistics, matchStatistics } from './statistics-matching.ts';

const { clean, degraded } = aim.model.statistics!.images;
const values = tensor4d(createRandom(1).uniforms(2 * 8 * 8 * 3), [2, 8, 8, 3]);

test('converting there and back changes nothing', async () => {
  const back = convertStatistics(convertStatistics(values, clean, degraded), degraded, clean);
  const difference = await mul(sub(back, values), 1).data();
  for (const each of difference) expect(Math.abs(each)).toBeLessThan(1e-6);
});

test('values with the statistics of one domain get those of the other', async () => {
  const { mean, variance } = moments(values, [0, 1, 2]);
  const [means, variances] = [await mean.data(), await variance.data()];
  const standard = await values.data();
  const scaled = Float32Array.from(standard, (value, i) => {
    const channel = i % 3;
    const unit = (value - means[channel]!) / Math.sqrt(variances[channel]!);
    return (unit * degraded.deviation[channel]! + degraded.mean[channel]!) / 255;
  });
  const after = moments(convertStatistics(tensor4d(scaled, [2, 8, 8, 3]), degraded, clean), [0, 1, 2]);
  (await after.mean.data()).forEach((value, channel) => {
    expect(value * 255).toBeCloseTo(clean.mean[channel]!, 3);
  });
  (await after.variance.data()).forEach((value, channel) => {
    expect(Math.sqrt(value) * 255).toBeCloseTo(clean.deviation[channel]!, 3);
  });
});

test('only degraded images are matched, and they stay within 0..1', async () => {
  const matched = await matchStatistics(values, tensor1d([0, 1]), { clean, degraded }).data();
  const original = await values.data();
  const half = original.length / 2;
  expect([...matched.slice(0, half)]).toEqual([...original.slice(0, half)]);
  expect([...matched.slice(half)]).not.toEqual([...original.slice(half)]);
  for (const value of matched) expect(value >= 0 && value <= 1).toBe(true);
});
