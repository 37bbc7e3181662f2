import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@deflow/images';
import { namedParameters, ParameterMismatchError } from '@deflow/nn';
import { loadParameters, saveParameters } from '@deflow/nn/node';
import { tensor } from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import { createFlow, fullCovarianceNormal, neuralSplineFlow } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const make = (seed: number, steps = 2) =>
  createFlow({
    layer: neuralSplineFlow({ dimensions: 2, steps, bins: 4, hiddenChannels: 8, random: createRandom(seed) }),
    base: fullCovarianceNormal({ shape: [2] }),
    shape: [2],
  });

test('a flow saved as safetensors and loaded into another one has the same density, buffers and base included', async () => {
  const [saved, loaded] = [make(1), make(2)];
  const random = createRandom(3);
  const x = tensor(random.normals(40), [20, 2]);
  saved.initialize(x);
  randomizeParameters(saved.parameters, random, 0.2);
  const path = join(folder, 'flow.safetensors');
  await saveParameters(path, saved.parameters, { model: 'two steps' });
  expect(loaded().logProb(x).dataSync()).not.toEqual(saved().logProb(x).dataSync());
  expect((await loadParameters(path, loaded.parameters)).metadata).toMatchObject({ model: 'two steps' });
  expect(loaded().logProb(x).dataSync()).toEqual(saved().logProb(x).dataSync());
  expect([...namedParameters(saved.parameters).keys()]).toEqual(
    expect.arrayContaining(['layer.standardise.mean', 'layer.steps.0.coupling.last.weight', 'bases.0.factor']),
  );
});

test('a file of another flow is refused, by the names that differ', async () => {
  const path = join(folder, 'three.safetensors');
  await saveParameters(path, make(1, 3).parameters);
  await expect(loadParameters(path, make(1).parameters)).rejects.toThrow(ParameterMismatchError);
  await expect(loadParameters(path, make(1).parameters)).rejects.toThrow('layer.steps.2');
});
