import { createRandom, type Image } from '@deflow/images';
import { namedParameters, requireGradients } from '@deflow/nn';
import {
  abs,
  max,
  memory,
  sub,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomModel, tinyReleased } from '../test/tiny-released.ts';
import {
  createDeFlow,
  createTranslator,
  type DeFlow,
  type DeFlowConfig,
  deflowFromReleased,
  deflowToReleased,
  InvalidConfigError,
  paperSmall,
  small,
  type TrainingProgress,
  trainDeFlow,
} from './index.ts';
import { reduceEightBits } from './reduce-eight-bits.ts';

const released: DeFlowConfig = { ...tinyReleased, compatibility: 'released' };
const size = { height: 16, width: 8 };
const random = createRandom('compatibility');
const eightBits = (count: number) => Float32Array.from({ length: count }, () => random.integer(256) / 255);
const images = (batch = 1) => tensor4d(eightBits(batch * 16 * 8 * 3), [batch, 16, 8, 3]);
const worst = (a: Tensor, b: Tensor): number => tidy(() => max(abs(sub(a, b)))).dataSync()[0]!;
/** Two models with the same parameters. */
const pair = (): [exact: DeFlow, released: DeFlow] => [randomModel(1), randomModel(1, released)];

beforeAll(() => requireGradients());

test('the option is checked, kept in the description, and taken by deflowFromReleased', async () => {
  const wrong = { ...tinyReleased, compatibility: 'paper' } as unknown as DeFlowConfig;
  expect(() => createDeFlow({ config: wrong, random })).toThrow(InvalidConfigError);
  const file = await deflowToReleased(randomModel(1));
  const { model } = deflowFromReleased(file, { config: tinyReleased, compatibility: 'released' });
  expect(model.config).toEqual(released);
  expect(deflowFromReleased(file, { config: tinyReleased }).model.config).toEqual(tinyReleased);
});

describe('what the released arithmetic changes:', () => {
  test('1e-6 in the divisor of the split latent, when encoding only', () => {
    const [exact, other] = pair();
    const values = images();
    const reduced = exact.reduce(values);
    const features = (model: DeFlow) => model.featuresOfReduced(reduced, zerosLike(reduced));
    const [a, b] = [exact.encode(values, features(exact)), other.encode(values, features(other))];
    const [before, after] = [a.latents[0]!.dataSync(), b.latents[0]!.dataSync()];
    const ratios = before.map((value, i) => value / after[i]! - 1).filter((ratio) => Number.isFinite(ratio));
    const median = ratios.sort()[ratios.length >> 1]!;
    // exp(logs) is near 1 here: latents shrink by about a millionth.
    expect(median).toBeGreaterThan(3e-7);
    expect(median).toBeLessThan(3e-6);
    expect(worst(a.latents[1]!, b.latents[1]!)).toBe(0);
    expect([...b.logDet.dataSync()]).toEqual([...a.logDet.dataSync()]);
    const decoded = (model: DeFlow) => model.decode(a.latents as Tensor4D[], features(model));
    expect(worst(decoded(exact), decoded(other))).toBe(0);
  });

  test('the reduced image is rounded to 8 bits after rows and after columns', () => {
    const [exact, other] = pair();
    const values = images();
    const reduced = other.reduce(values).dataSync();
    for (const value of reduced) expect(Math.abs(value * 255 - Math.round(value * 255))).toBeLessThan(1e-4);
    expect(worst(exact.reduce(values), other.reduce(values)) * 255).toBeGreaterThan(0.1);
    expect(worst(exact.reduce(values), other.reduce(values)) * 255).toBeLessThan(3);
    expect(other.reduce(values).shape).toEqual(exact.reduce(values).shape);
  });

  test('the reduction gives the published numbers', () => {
    const grey = (y: number, x: number) => {
      if (y >= 3 && y < 6 && x >= 4 && x < 9) return 255;
      return y >= 10 && y < 12 && x >= 1 && x < 3 ? 0 : (13 * y + 7 * x) % 256;
    };
    const input = Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => grey((i / 48) | 0, ((i / 3) | 0) % 16) / 255);
    const quarter = [31, 99, 96, 112, 89, 188, 158, 166, 102, 155, 196, 219, 179, 219, 176, 73];
    const found = reduceEightBits(tensor4d(input, [1, 16, 16, 3]), 4).dataSync();
    expect(quarter.map((_, i) => Math.round(found[3 * i]! * 255))).toEqual(quarter);
  });

  test('translations spread the pixel values as training does', async () => {
    const photo: Image<Float32Array> = { ...size, channels: 3, data: eightBits(16 * 8 * 3) };
    const [exact, other] = pair();
    const translate = async (model: DeFlow, seed: number) => {
      const translator = createTranslator(model);
      const before = memory().numTensors;
      const [result] = await translator.degrade(photo, { seed, strength: 0 });
      expect(memory().numTensors).toBe(before);
      translator.dispose();
      return result!.data.map((value, i) => value - photo.data[i]!);
    };
    expect(Math.max(...(await translate(exact, 1)).map(Math.abs))).toBeLessThan(2e-5);
    const spread = await translate(other, 1);
    expect(Math.max(...spread.map(Math.abs))).toBeLessThan(1 / 64 + 2e-5);
    const deviation = Math.sqrt(spread.reduce((sum, value) => sum + value ** 2, 0) / spread.length);
    expect(deviation * 32 * Math.sqrt(12)).toBeCloseTo(1, 0);
    expect(await translate(other, 1)).toEqual(spread);
    expect(await translate(other, 2)).not.toEqual(spread);
  });

  test('the same noise can be given to exact models', () => {
    const [exact] = pair();
    const values = images();
    const conditioning = zerosLike(exact.reduce(values));
    const shapes = exact.noiseShapes(size).latents;
    const shift = shapes.map((shape) =>
      zerosLike(tensor4d(new Float32Array(shape[0] * shape[1] * shape[2]), [1, ...shape])),
    );
    const [low, high] = [0.25, 0.75].map((value) => tensor4d(new Float32Array(16 * 8 * 3).fill(value), [1, 16, 8, 3]));
    const degraded = [undefined, low, high].map((dequantisation) =>
      exact.degradeAnalysed(exact.analyse(values, conditioning, 'clean', dequantisation), shift),
    );
    expect(worst(degraded[0]!, degraded[1]!)).toBeGreaterThan(1e-3);
    expect(worst(degraded[1]!, degraded[2]!)).toBeGreaterThan(1e-3);
    const noise = { conditioning, shift, dequantisation: low! };
    expect(worst(exact.degrade(values, noise), degraded[1]!)).toBe(0);
  });

  test('Sigma starts at 0 and stays there', async () => {
    const factors = (model: DeFlow) =>
      [...namedParameters(model.parameters)].filter(([name]) => name.endsWith('.factor')).map(([, each]) => each);
    const nextBatch = () => ({ clean: eightBits(2 * 8 * 8 * 3), degraded: eightBits(2 * 8 * 8 * 3), size: 8 });
    const recipe = { ...small.training, steps: 3, patchSize: 8 };
    for (const [config, still] of [
      [released, true],
      [tinyReleased, false],
    ] as const) {
      const model = createDeFlow({ config, random: createRandom(3) });
      const before = factors(model).map((each) => [...each.dataSync()]);
      await trainDeFlow({ model, recipe, nextBatch });
      const after = factors(model).map((each) => [...each.dataSync()]);
      if (still) expect(after.flat().every((value) => value === 0)).toBe(true);
      else expect(after).not.toEqual(before);
    }
  });

  test('training minimises bits per pixel position: three times the gradient', async () => {
    const batch = { clean: eightBits(2 * 8 * 8 * 3), degraded: eightBits(2 * 8 * 8 * 3), size: 8 };
    const first = async (config: DeFlowConfig) => {
      const model = createDeFlow({ config, random: createRandom(4) });
      const seen: TrainingProgress[] = [];
      const recipe = { ...paperSmall.training, steps: 1, patchSize: 8 };
      await trainDeFlow({ model, recipe, nextBatch: () => batch, onProgress: (progress) => seen.push(progress) });
      return seen[0]!;
    };
    // The same but for this: no reduction, no split, no Sigma that could start elsewhere.
    const plain: DeFlowConfig = { ...small.model, conditioning: { ...small.model.conditioning, reduction: 1 } };
    const [a, b] = [await first(plain), await first({ ...plain, compatibility: 'released' })];
    expect(b.bitsPerDim).toEqual(a.bitsPerDim);
    expect(b.gradientNorm / a.gradientNorm).toBeCloseTo(3, 4);
    expect(a.published.clean).toBeCloseTo(3 * a.bitsPerDim.clean - 2 * Math.log2(64), 10);
  });
});

test('h is rounded, the flow is not: the likelihood still has gradients', () => {
  const [, other] = pair();
  const values = images(2);
  const noise = {
    dequantisation: tensor4d(random.uniforms(2 * 16 * 8 * 3), [2, 16, 8, 3]),
    conditioning: zerosLike(other.reduce(values)),
  };
  const bits = other.negativeLogLikelihood(values, tensor1d([0, 1]), noise).dataSync();
  expect(bits.every(Number.isFinite)).toBe(true);
});
