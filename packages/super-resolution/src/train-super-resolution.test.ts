import { decodeSafetensors } from '@deflow/checkpoints';
import { createRandom, type Random } from '@deflow/images';
import { disposeParameters, namedParameters, ParameterMismatchError, requireGradients, runEagerly } from '@deflow/nn';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BatchShapeError,
  quick,
  rrdbNet,
  type SuperResolutionBatch,
  type SuperResolutionProgress,
  type SuperResolutionRecipe,
  superResolutionFromBytes,
  TrainingCheckpointError,
  TrainingDivergedError,
  trainSuperResolution,
} from './index.ts';

const size = 16;
const recipe: SuperResolutionRecipe = { ...quick.training, steps: 6, warmUpSteps: 2 };
const freshModel = (features = 6) =>
  rrdbNet({ scale: 2, features, growth: 3, blocks: 1, random: createRandom('model') });

/** Ramps, and the means of their 2x2 pixels. */
function nextBatch(random: Random): SuperResolutionBatch {
  const count = 2;
  const [high, low] = [new Float32Array(count * size ** 2 * 3), new Float32Array((count * size ** 2 * 3) / 4)];
  for (let patch = 0; patch < count; patch++) {
    const [across, down, start] = [random.uniform(), random.uniform(), 0.3 * random.uniform()];
    for (const [values, side] of [
      [high, size],
      [low, size / 2],
    ] as const)
      for (let i = 0; i < side * side * 3; i++) {
        const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
        values[patch * side * side * 3 + i] = start + (0.3 * (across * (x + 0.5) + down * (y + 0.5))) / side;
      }
  }
  return { low, high, count, size };
}

const valuesOf = async (model: ReturnType<typeof freshModel>) =>
  Promise.all([...namedParameters(model.parameters)].map(async ([name, each]) => [name, [...(await each.data())]]));
const numbers = (seen: SuperResolutionProgress[]) =>
  seen.map(({ loss, gradientNorm, validation }) => [loss, gradientNorm, validation]);

beforeAll(() => requireGradients());

describe('training', () => {
  test('a batch in parts gives the same losses and gradients but for rounding', async () => {
    const seen = async (parts: number) => {
      const found: number[] = [];
      // Three patches: parts of one and of two.
      const three = (random: Random): SuperResolutionBatch => {
        const [a, b] = [nextBatch(random), nextBatch(random)];
        const joined = (which: 'low' | 'high') =>
          Float32Array.from([...a[which], ...b[which].subarray(0, b[which].length / 2)]);
        return { low: joined('low'), high: joined('high'), count: 3, size };
      };
      const model = freshModel();
      const onProgress = (p: SuperResolutionProgress) => found.push(p.loss, p.gradientNorm);
      await trainSuperResolution({ model, nextBatch: three, recipe, seed: 5, parts, onProgress });
      disposeParameters(model.parameters);
      return found;
    };
    const whole = await seen(1);
    for (const parts of [2, 3, 7])
      for (const [i, value] of (await seen(parts)).entries())
        expect(Math.abs(value / whole[i]! - 1)).toBeLessThan(1e-4);
  });

  test('the same seed gives the same numbers, and a resumed one goes on to the last bit', async () => {
    const [whole, parts]: [SuperResolutionProgress[], SuperResolutionProgress[]] = [[], []];
    // Best in step 2, before the checkpoint.
    const validate = (_: unknown, step: number) => 9 - Math.abs(step - 2);
    const common = { nextBatch, validate, validateEvery: 1 };
    const first = freshModel();
    const done = await trainSuperResolution({
      ...common,
      model: first,
      recipe,
      seed: 5,
      onProgress: (p) => whole.push(p),
    });
    let saved: Uint8Array | undefined;
    await trainSuperResolution({
      ...common,
      model: freshModel(),
      recipe,
      seed: 5,
      checkpointEvery: 3,
      onCheckpoint: (bytes, step) => {
        if (step === 3) saved = bytes;
      },
      onProgress: (p) => p.step <= 3 && parts.push(p),
    });
    const second = freshModel();
    const result = await trainSuperResolution({
      ...common,
      model: second,
      resume: saved!,
      onProgress: (p) => parts.push(p),
    });
    expect(result).toMatchObject({ step: 6, finished: true, skipped: 0 });
    expect(numbers(parts)).toEqual(numbers(whole));
    expect(await valuesOf(second)).toEqual(await valuesOf(first));
    expect(result.checkpoint).toEqual(done.checkpoint);
    expect(result.best).toEqual(done.best);
    expect(result.best).toMatchObject({ step: 2, score: 9 });
    const other: SuperResolutionProgress[] = [];
    await trainSuperResolution({ ...common, model: freshModel(), recipe, seed: 6, onProgress: (p) => other.push(p) });
    expect(numbers(other)).not.toEqual(numbers(whole));
  });

  test('brings the output nearer to the high-resolution patches', async () => {
    const seen: SuperResolutionProgress[] = [];
    const longer = { ...recipe, steps: 150, learningRate: 3e-3, warmUpSteps: 10 };
    await trainSuperResolution({ model: freshModel(8), nextBatch, recipe: longer, onProgress: (p) => seen.push(p) });
    const mean = (part: SuperResolutionProgress[]) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(mean(seen.slice(-10))).toBeLessThan(mean(seen.slice(0, 10)) / 5);
  });

  test('validates the averages, gives the model them in the end, and keeps the best', async () => {
    const model = freshModel();
    const validated: unknown[] = [];
    const bests: number[] = [];
    const result = await trainSuperResolution({
      model,
      nextBatch,
      recipe,
      validateEvery: 2,
      validate: async (network, step) => {
        validated.push(await valuesOf(network as ReturnType<typeof freshModel>));
        return step === 4 ? 30 : Number.NaN;
      },
      onBest: (_, step) => void bests.push(step),
    });
    expect(validated.length).toBe(3);
    expect(bests).toEqual([4]);
    expect(await valuesOf(model)).toEqual(validated[2]);
    const best = superResolutionFromBytes(result.best!.model) as ReturnType<typeof freshModel>;
    expect(await valuesOf(best)).toEqual(validated[1]);
    const last = superResolutionFromBytes(result.checkpoint) as ReturnType<typeof freshModel>;
    expect(await valuesOf(last)).toEqual(validated[2]);
    for (const each of [model, best, last]) disposeParameters(each.parameters);
  });

  test('the number of tensors is constant, and none is left', async () => {
    const counts: number[] = [];
    const model = freshModel();
    const before = memory().numTensors;
    const onProgress = () => counts.push(memory().numTensors);
    await trainSuperResolution({
      model,
      nextBatch,
      recipe: { ...recipe, steps: 30 },
      validate: () => 1,
      validateEvery: 7,
      onProgress,
    });
    expect(new Set(counts.slice(1, -1)).size).toBe(1);
    expect(memory().numTensors).toBe(before);
  });

  test('a signal stops after the step under way, and its checkpoint resumes', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const before = memory().numTensors;
    const stopped = await trainSuperResolution({
      model: freshModel(),
      nextBatch,
      recipe,
      signal: controller.signal,
      onProgress: ({ step }) => {
        seen.push(step);
        if (step === 2) controller.abort();
      },
    });
    expect(stopped).toMatchObject({ step: 2, finished: false });
    const model = freshModel();
    const end = await trainSuperResolution({
      model,
      nextBatch,
      resume: stopped.checkpoint,
      onProgress: ({ step }) => seen.push(step),
    });
    expect(end.finished).toBe(true);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    expect(memory().numTensors).toBe(before + 2 * namedParameters(model.parameters).size);
    const again = await trainSuperResolution({ model, nextBatch, resume: end.checkpoint });
    expect(again).toMatchObject({ step: 6, finished: true });
  });

  test('a step that is not finite changes no parameter and is counted', async () => {
    const model = freshModel();
    const states: Uint8Array[] = [];
    const result = await trainSuperResolution({
      model,
      recipe,
      nextBatch: (random, step) => {
        const batch = nextBatch(random);
        return step === 4 ? { ...batch, low: batch.low.map(() => Number.NaN) } : batch;
      },
      checkpointEvery: 1,
      onCheckpoint: (bytes) => void states.push(bytes),
    });
    expect(result.skipped).toBe(1);
    const parameters = states.map((bytes) =>
      [...decodeSafetensors(bytes).tensors]
        .filter(([name]) => name.startsWith('model.'))
        .map(([, { data }]) => [...(data as Float32Array)]),
    );
    expect(parameters[3]).toEqual(parameters[2]);
    expect(parameters[4]).not.toEqual(parameters[3]);
    expect(parameters[5]!.flat().every(Number.isFinite)).toBe(true);
  });

  test('gives up when nothing is finite any more, with the last good state', async () => {
    const broken = (random: Random) => ({
      ...nextBatch(random),
      low: new Float32Array((2 * size ** 2 * 3) / 4).fill(Number.NaN),
    });
    const training = trainSuperResolution({
      model: freshModel(),
      nextBatch: broken,
      recipe: { ...recipe, steps: 500 },
    });
    const error = await training.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TrainingDivergedError);
    const model = superResolutionFromBytes((error as TrainingDivergedError).checkpoint);
    expect(model.config).toEqual(freshModel().config);
  });

  test('names what is wrong with batches and checkpoints, and leaves nothing behind', async () => {
    const model = freshModel();
    const before = memory().numTensors;
    const withBatch = (change: Partial<SuperResolutionBatch>) =>
      trainSuperResolution({ model, recipe, nextBatch: (random) => ({ ...nextBatch(random), ...change }) });
    await expect(withBatch({ size: 15 })).rejects.toThrow(BatchShapeError);
    await expect(withBatch({ size: 32 })).rejects.toThrow('high patches of a batch hold 1536 numbers');
    await expect(withBatch({ low: new Float32Array(5) })).rejects.toThrow('low patches of a batch hold 5 numbers');
    await expect(withBatch({ count: 0 })).rejects.toThrow(BatchShapeError);
    await expect(trainSuperResolution({ model, nextBatch })).rejects.toThrow(TrainingCheckpointError);
    const { checkpoint } = await trainSuperResolution({ model, nextBatch, recipe: { ...recipe, steps: 1 } });
    const other = freshModel(8);
    await expect(trainSuperResolution({ model: other, nextBatch, resume: checkpoint })).rejects.toThrow(
      ParameterMismatchError,
    );
    const failing = (random: Random, step: number) => {
      if (step === 3) throw new Error('no more pictures');
      return nextBatch(random);
    };
    await expect(trainSuperResolution({ model, nextBatch: failing, recipe })).rejects.toThrow('no more pictures');
    disposeParameters(other.parameters);
    expect(memory().numTensors).toBe(before);
  });

  test('compiled steps are given the state they change, and the precision', async () => {
    const asked: { state: number; precision: string | undefined }[] = [];
    const model = freshModel();
    await trainSuperResolution({
      model,
      nextBatch,
      recipe: { ...recipe, steps: 1 },
      precision: 'bfloat16',
      compile: (step, options) => {
        asked.push({ state: options?.state?.length ?? 0, precision: options?.precision });
        return runEagerly(step);
      },
    });
    expect(asked).toEqual([{ state: 4 * namedParameters(model.parameters).size, precision: 'bfloat16' }]);
  });
});
