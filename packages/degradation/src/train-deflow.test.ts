import { decodeSafetensors } from '@deflow/checkpoints';
import { createRandom, type Random } from '@deflow/images';
import { namedParameters, requireGradients } from '@deflow/nn';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import {
  type Batch,
  CheckpointError,
  createDeFlow,
  deflowFromBytes,
  deflowToBytes,
  small,
  TrainingDivergedError,
  type TrainingProgress,
  type TrainingRecipe,
  trainDeFlow,
} from './index.ts';

const size = 8;
const recipe: TrainingRecipe = { ...small.training, steps: 6, warmUpSteps: 2, patchSize: size };
const config = { ...small.model, levels: [{ transitionSteps: 0, steps: 1, basis: 'luma haar' as const }] };
const freshModel = () => createDeFlow({ config, random: createRandom('model') });

/** Soft gradients; the degraded half has noise on them. */
function nextBatch(random: Random): Batch {
  const patches = (noise: number) => {
    const slope = random.uniform();
    return Float32Array.from({ length: 2 * size * size * 3 }, (_, i) =>
      Math.min(1, Math.max(0, slope * ((i % 24) / 24) + 0.2 + noise * random.normal())),
    );
  };
  return { clean: patches(0), degraded: patches(0.05), size };
}

const losses = (seen: TrainingProgress[]) => seen.map(({ bitsPerDim, gradientNorm }) => [bitsPerDim, gradientNorm]);
const parametersOf = async (model: ReturnType<typeof freshModel>) =>
  Promise.all([...namedParameters(model.parameters)].map(async ([name, each]) => [name, [...(await each.data())]]));

beforeAll(() => requireGradients());

test('the same seed gives the same training, and a resumed one goes on to the last bit', async () => {
  const [whole, parts]: TrainingProgress[][] = [[], []];
  const first = freshModel();
  await trainDeFlow({ model: first, nextBatch, recipe, seed: 5, onProgress: (p) => whole!.push(p) });
  let saved: Uint8Array | undefined;
  await trainDeFlow({
    model: freshModel(),
    nextBatch,
    recipe,
    seed: 5,
    checkpointEvery: 3,
    onCheckpoint: (bytes, step) => {
      if (step === 3) saved = bytes;
    },
    onProgress: (p) => p.step <= 3 && parts!.push(p),
  });
  const second = freshModel();
  const result = await trainDeFlow({ model: second, nextBatch, resume: saved!, onProgress: (p) => parts!.push(p) });
  expect(result).toMatchObject({ step: 6, finished: true, skipped: 0 });
  expect(losses(parts!)).toEqual(losses(whole!));
  expect(await parametersOf(second)).toEqual(await parametersOf(first));
  const other: TrainingProgress[] = [];
  await trainDeFlow({ model: freshModel(), nextBatch, recipe, seed: 6, onProgress: (p) => other.push(p) });
  expect(losses(other)).not.toEqual(losses(whole!));
});

test('training makes both domains more likely', async () => {
  const seen: TrainingProgress[] = [];
  const longer = { ...recipe, steps: 80, learningRate: 1e-2 };
  await trainDeFlow({ model: freshModel(), nextBatch, recipe: longer, onProgress: (p) => seen.push(p) });
  const mean = (part: TrainingProgress[], domain: 'clean' | 'degraded') =>
    part.reduce((sum, { bitsPerDim }) => sum + bitsPerDim[domain], 0) / part.length;
  for (const domain of ['clean', 'degraded'] as const) {
    expect(mean(seen.slice(-10), domain)).toBeLessThan(mean(seen.slice(0, 10), domain) - 0.2);
  }
});

test('the number of tensors is constant from step 2 to step 200', async () => {
  const counts: number[] = [];
  const model = freshModel();
  const before = memory().numTensors;
  const longer = { ...recipe, steps: 200, averageDecay: 0.99 };
  await trainDeFlow({ model, nextBatch, recipe: longer, onProgress: () => counts.push(memory().numTensors) });
  expect(new Set(counts.slice(1)).size).toBe(1);
  expect(memory().numTensors).toBe(before);
});

test('a signal stops after the step under way, and its checkpoint resumes', async () => {
  const controller = new AbortController();
  const seen: TrainingProgress[] = [];
  const stopped = await trainDeFlow({
    model: freshModel(),
    nextBatch,
    recipe,
    signal: controller.signal,
    onProgress: (p) => {
      seen.push(p);
      if (p.step === 2) controller.abort();
    },
  });
  expect(stopped).toMatchObject({ step: 2, finished: false });
  const model = freshModel();
  const end = await trainDeFlow({ model, nextBatch, resume: stopped.checkpoint, onProgress: (p) => seen.push(p) });
  expect(end.finished).toBe(true);
  expect(seen.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a step without a finite loss changes no parameter and is counted', async () => {
  const broken = (random: Random, step: number) => {
    const batch = nextBatch(random);
    return step === 4 ? { ...batch, clean: batch.clean.fill(Number.NaN) } : batch;
  };
  const model = freshModel();
  const states: unknown[] = [];
  const result = await trainDeFlow({
    model,
    nextBatch: broken,
    recipe,
    checkpointEvery: 1,
    onCheckpoint: (bytes) => {
      const { tensors } = decodeSafetensors(bytes);
      states.push([...tensors].filter(([name]) => name.startsWith('model.')).map(([, { data }]) => [...data]));
    },
  });
  expect(result.skipped).toBe(1);
  expect(states[3]).toEqual(states[2]);
  expect(states[4]).not.toEqual(states[3]);
});

test('100 steps in a row without a finite loss are an error that holds the last good state', async () => {
  const broken = (random: Random, step: number) => {
    const batch = nextBatch(random);
    return step > 3 ? { ...batch, degraded: batch.degraded.fill(Number.NaN) } : batch;
  };
  const longer = { ...recipe, steps: 200 };
  const error = await trainDeFlow({ model: freshModel(), nextBatch: broken, recipe: longer }).catch((e) => e);
  expect(error).toBeInstanceOf(TrainingDivergedError);
  expect(error.value).toBe(103);
  const model = deflowFromBytes(error.checkpoint);
  for (const [, values] of await parametersOf(model)) expect((values as number[]).every(Number.isFinite)).toBe(true);
});

test('with averageDecay the model ends with the averages, and its checkpoint resumes all the same', async () => {
  const averaged = { ...recipe, averageDecay: 0.9 };
  const [plain, smooth, resumed] = [freshModel(), freshModel(), freshModel()];
  await trainDeFlow({ model: plain, nextBatch, recipe });
  const { checkpoint } = await trainDeFlow({ model: smooth, nextBatch, recipe: averaged });
  expect(await parametersOf(smooth)).not.toEqual(await parametersOf(plain));
  expect(await parametersOf(deflowFromBytes(checkpoint))).toEqual(await parametersOf(smooth));
  await trainDeFlow({ model: resumed, nextBatch, resume: checkpoint });
  expect(await parametersOf(resumed)).toEqual(await parametersOf(smooth));
});

test('a checkpoint that holds no training is refused by name', async () => {
  const bytes = await deflowToBytes(freshModel());
  await expect(trainDeFlow({ model: freshModel(), nextBatch, resume: bytes })).rejects.toThrow(CheckpointError);
  await expect(trainDeFlow({ model: freshModel(), nextBatch })).rejects.toThrow(/recipe/);
});
