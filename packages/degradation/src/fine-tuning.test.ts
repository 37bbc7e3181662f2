import { createRandom, type Random } from '@deflow/images';
import { namedParameters, requireGradients } from '@deflow/nn';
import { beforeAll, expect, test } from 'vitest';
import {
  type Batch,
  createDeFlow,
  type DeFlow,
  deflowFromBytes,
  InvalidConfigError,
  small,
  type TrainingProgress,
  type TrainingRecipe,
  trainDeFlow,
} from './index.ts';

const size = 8;
const recipe: TrainingRecipe = { ...small.training, steps: 4, warmUpSteps: 1, patchSize: size, averageDecay: 0.9 };
const config = { ...small.model, levels: [{ transitionSteps: 0, steps: 2, basis: 'luma haar' as const }] };
const freshModel = () => createDeFlow({ config, random: createRandom('model') });

const nextBatch = (random: Random): Batch => {
  const patches = (noise: number) =>
    Float32Array.from({ length: 2 * size * size * 3 }, (_, i) => 0.3 + 0.01 * (i % 24) + noise * random.normal());
  return { clean: patches(0.01), degraded: patches(0.05), size };
};
const values = (model: DeFlow) =>
  new Map([...namedParameters(model.parameters)].map(([name, each]) => [name, [...each.dataSync()]]));

/** The names of the parameters that differ. */
function moved(before: ReturnType<typeof values>, after: ReturnType<typeof values>): string[] {
  return [...before].filter(([name, numbers]) => String(numbers) !== String(after.get(name))).map(([name]) => name);
}

beforeAll(() => requireGradients());

test('frozen parts keep their parameters, the others learn', async () => {
  const model = freshModel();
  await trainDeFlow({ model, nextBatch, recipe });
  const before = values(model);
  await trainDeFlow({ model, nextBatch, recipe, frozen: ['conditioning', 'levels.0.flow.step0'] });
  const names = moved(before, values(model));
  expect(names.filter((name) => /^(conditioning|levels\.0\.flow\.step0)\./.test(name))).toEqual([]);
  expect(names.some((name) => name.startsWith('levels.0.flow.step1.'))).toBe(true);
  expect(names.some((name) => name.startsWith('shifts.'))).toBe(true);
});

test('a frozen training resumes to the last bit, and stays frozen', async () => {
  const frozen = ['conditioning'];
  const [whole, parts]: TrainingProgress[][] = [[], []];
  const [first, second] = [freshModel(), freshModel()];
  await trainDeFlow({ model: first, nextBatch, recipe, frozen, onProgress: (p) => whole!.push(p) });
  let saved: Uint8Array | undefined;
  await trainDeFlow({
    model: freshModel(),
    nextBatch,
    recipe,
    frozen,
    checkpointEvery: 2,
    onCheckpoint: (bytes, step) => void (step === 2 && (saved = bytes)),
  });
  await trainDeFlow({ model: second, nextBatch, resume: saved!, onProgress: (p) => parts!.push(p) });
  expect(parts!.map(({ bitsPerDim }) => bitsPerDim)).toEqual(whole!.slice(2).map(({ bitsPerDim }) => bitsPerDim));
  expect(values(second)).toEqual(values(first));
});

test('a whole model is trained further: no new start, from its own parameters', async () => {
  const model = freshModel();
  const { checkpoint } = await trainDeFlow({ model, nextBatch, recipe });
  const loaded = deflowFromBytes(checkpoint);
  const before = values(loaded);
  await trainDeFlow({ model: loaded, nextBatch, recipe: { ...recipe, steps: 1, learningRate: 1e-5 }, seed: 2 });
  const after = values(loaded);
  expect(moved(before, after).length).toBeGreaterThan(0);
  for (const [name, numbers] of before) {
    numbers.forEach((value, i) => {
      // Adam moves no number further than its rate, five times it for the shift.
      expect(Math.abs(after.get(name)![i]! - value)).toBeLessThan(1e-4);
    });
  }
});

test('Sigma is reported as often as it is asked for', async () => {
  const seen: TrainingProgress[] = [];
  await trainDeFlow({ model: freshModel(), nextBatch, recipe, sigmaEvery: 2, onProgress: (p) => seen.push(p) });
  expect(seen.map(({ sigma }) => sigma?.map(({ length }) => length))).toEqual([undefined, [12], undefined, [12]]);
  const [largest, smallest] = [seen[3]!.sigma![0]![0]!, seen[3]!.sigma![0]!.at(-1)!];
  expect(largest).toBeGreaterThan(smallest);
  expect(Math.abs(largest - 1)).toBeLessThan(0.2);
});

test.each([
  [['nothing.here'], 'nothing to freeze under nothing.here'],
  [['conditioning', 'levels', 'shifts', 'initialized'], 'Every parameter is frozen'],
])('%s is refused', async (frozen, message) => {
  const attempt = trainDeFlow({ model: freshModel(), nextBatch, recipe, frozen });
  await expect(attempt).rejects.toBeInstanceOf(InvalidConfigError);
  await expect(attempt).rejects.toThrow(message);
});
