import { createRandom, OptionError, type Random } from '@deflow/images';
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createDeFlow, type DeFlow, type DeFlowConfig, domainInvariance, small } from '../index.ts';

const size = 16;
const model = (reduction: number, noise: number): DeFlow => {
  const conditioning: DeFlowConfig['conditioning'] = { ...small.model.conditioning, reduction, noise };
  return createDeFlow({ config: { ...small.model, conditioning }, random: createRandom('model') });
};

/** Ramps of random colour and slope, with white noise of this deviation. */
function ramps(count: number, noise: number, random: Random): Float32Array {
  const values = new Float32Array(count * size * size * 3);
  for (let patch = 0; patch < count; patch++) {
    const [level, slope] = [0.3 + 0.4 * random.uniform(), 0.02 * random.normal()];
    for (let i = 0; i < size * size * 3; i++) {
      values[patch * size * size * 3 + i] = level + slope * (Math.floor(i / 3) % size) + noise * random.normal();
    }
  }
  return values;
}
const patches = (noise: number, count = 60) => ({
  clean: ramps(count, 0, createRandom('clean')),
  degraded: ramps(count, noise, createRandom('degraded')),
  size,
});

test('two sets of the same kind cannot be told apart', async () => {
  for (const view of ['features', 'reduced'] as const) {
    const { areaUnderCurve, standardError, pValue } = await domainInvariance(model(2, 0.03), {
      patches: patches(0),
      view,
    });
    expect(Math.abs(areaUnderCurve - 0.5)).toBeLessThan(3 * standardError);
    expect(pValue).toBeGreaterThan(0.001);
  }
});

test('strong noise is seen through a weak reduction, and hidden by a strong and noisy one', async () => {
  const before = memory().numTensors;
  const [weak, strong] = [model(2, 0), model(8, 0.1)];
  const models = memory().numTensors;
  for (const view of ['features', 'reduced'] as const) {
    const seen = await domainInvariance(weak, { patches: patches(0.1), view });
    expect(seen.areaUnderCurve).toBeGreaterThan(0.95);
    expect(seen.pValue).toBeLessThan(1e-6);
    const hidden = await domainInvariance(strong, { patches: patches(0.1), view });
    expect(hidden.areaUnderCurve).toBeLessThan(0.75);
  }
  expect(memory().numTensors).toBe(models);
  expect(models).toBeGreaterThan(before);
});

test('the seed decides', async () => {
  const ask = (seed: number) => domainInvariance(model(2, 0.05), { patches: patches(0.02), seed });
  expect(await ask(1)).toEqual(await ask(1));
  expect(await ask(1)).not.toEqual(await ask(2));
});

test('too few patches are refused', async () => {
  await expect(domainInvariance(model(2, 0), { patches: patches(0, 19) })).rejects.toBeInstanceOf(OptionError);
});
