import { readFileSync } from 'node:fs';
import { createRandom } from '@deflow/images';
import { disposeParameters, trainableParameters } from '@deflow/nn';
import { mean, mul, type Scalar, type Tensor, tensor1d, variableGrads, zerosLike } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createDeFlow,
  type DeFlow,
  type DeFlowConfig,
  exportReleased,
  importReleased,
  presets,
  releasedLayout,
} from '../src/index.ts';
import { channelsFirst, formulaImages } from './formula-images.ts';
import { formulaWeights } from './formula-weights.ts';

type Wave = readonly [start: number, step: number];
interface Summary {
  readonly sum: number;
  readonly absSum: number;
  /** Eight, at equal distances from the first to the last. */
  readonly values: number[];
}
interface Case {
  readonly preset: 'ntire' | 'aim';
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly labels: number[];
  readonly imageWave: Wave;
  readonly reducedWave: Wave;
  readonly noiseWave: Wave;
  readonly features: Summary[];
  readonly latents: Summary[];
  readonly logDet: number[];
  readonly bitsPerPixel: number[];
  readonly degraded: Summary;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly gradients: Record<string, Summary>;
}

// Of PyTorch in float64: tooling/bench/deflow-model/other_sizes.py. It gives the published program's numbers where there are any.
const cases: Case[] = JSON.parse(readFileSync(new URL('other-sizes.json', import.meta.url), 'utf8'));

const wave = (shape: readonly number[], [start, step]: Wave, size = 0.4, centre = 0.5) =>
  formulaImages(shape, (i) => centre + size * Math.sin(start + step * i));

/** Relative to the largest value, or to what is summed. */
function compare(numbers: readonly number[], { sum, absSum, values }: Summary, tolerance: number, name = ''): void {
  const scale = Math.max(absSum / numbers.length, ...values.map(Math.abs));
  values.forEach((value, i) => {
    const found = numbers[Math.floor((i * (numbers.length - 1)) / 7)]!;
    expect(Math.abs(found - value) / scale, name).toBeLessThan(tolerance);
  });
  const total = (map: (value: number) => number) => numbers.reduce((result, value) => result + map(value), 0);
  expect(Math.abs(total((value) => value) - sum) / absSum, name).toBeLessThan(tolerance);
  expect(Math.abs(total(Math.abs) - absSum) / absSum, name).toBeLessThan(tolerance);
}

const expectRatios = (found: ArrayLike<number>, wanted: readonly number[], tolerance: number) =>
  wanted.forEach((value, i) => {
    expect(Math.abs(found[i]! / value - 1)).toBeLessThan(tolerance);
  });

describe.each(['ntire', 'aim'] as const)('%s with formula weights', (preset) => {
  const { statistics: _, ...config }: DeFlowConfig = presets[preset].model;
  let model: DeFlow;
  beforeAll(() => {
    model = createDeFlow({ config, random: createRandom(1) });
    const tensors = releasedLayout(config).map(({ key, shape }) => {
      return [key, { type: 'float32', shape, data: formulaWeights(key, shape) }] as const;
    });
    importReleased(model, new Map(tensors));
  });
  afterAll(() => disposeParameters(model.parameters));

  const own = cases.filter((each) => each.preset === preset);
  const inputs = ({ batch, height, width, imageWave, reducedWave }: Case) => {
    const { reduction } = config.conditioning;
    const reduced = wave([batch, height / reduction, width / reduction, 3], reducedWave);
    return { images: wave([batch, height, width, 3], imageWave), reduced, quiet: zerosLike(reduced) };
  };
  const perPixel = (density: Tensor, { height, width }: Case) => mul(density, -1 / (Math.LN2 * height * width));

  test.each(own)('$batch x $height x $width, labels $labels', (wanted) => {
    const { images, reduced, quiet } = inputs(wanted);
    const features = model.featuresOfReduced(reduced, quiet);
    features.levels.forEach((level, i) => {
      compare(channelsFirst(level), wanted.features[i]!, 1e-5);
    });
    const { latents, logDet } = model.encode(images, features);
    latents.forEach((latent, i) => {
      compare(channelsFirst(latent), wanted.latents[i]!, 2e-5);
    });
    expectRatios(logDet.dataSync(), wanted.logDet, 2e-6);
    const density = model.logDensity(images, tensor1d(wanted.labels), features);
    expectRatios(perPixel(density, wanted).dataSync(), wanted.bitsPerPixel, 2e-6);
    const noise = latents.map(({ shape }) => wave(shape, wanted.noiseWave, 0.5, 0));
    const degraded = model.degradeAnalysed({ latents, features: model.prepare(features) }, noise);
    compare(channelsFirst(degraded), wanted.degraded, 1e-4);
  });

  test.each(own)(
    '$batch x $height x $width: what is computed once and small is what the whole features give',
    (wanted) => {
      const { images, quiet } = inputs(wanted);
      const plain = model.encode(images, model.features(images, quiet));
      const quick = model.encode(images, model.condition(images, quiet));
      expectRatios(quick.logDet.dataSync(), [...plain.logDet.dataSync()], 2e-6);
      quick.latents.forEach((latent, i) => {
        const values = plain.latents[i]!.dataSync();
        const largest = Math.max(...values.map(Math.abs));
        const difference = latent.dataSync().map((value, j) => Math.abs(value - values[j]!));
        expect(Math.max(...difference) / largest).toBeLessThan(2e-5);
      });
    },
  );

  // Last: it leaves the gradients in place of the parameters.
  test('gradients of the last', async () => {
    const wanted = own.at(-1)!;
    const { images, reduced, quiet } = inputs(wanted);
    const parameters = trainableParameters(model.parameters);
    const { value, grads } = variableGrads(() => {
      const features = model.featuresOfReduced(reduced, quiet);
      return mean(perPixel(model.logDensity(images, tensor1d(wanted.labels), features), wanted)) as Scalar;
    }, parameters);
    expectRatios(value.dataSync(), [wanted.loss], 2e-6);
    for (const each of parameters) each.assign(grads[each.name]!);
    const norm = Math.hypot(...parameters.map(normOf));
    expectRatios([norm], [wanted.gradientNorm], 1e-3);
    const found = await exportReleased(model);
    for (const [key, summary] of Object.entries(wanted.gradients)) {
      compare(Array.from(found.get(key)!.data as Float32Array), summary, 1e-3, key);
    }
  });
});

const normOf = (x: Tensor): number => Math.sqrt(x.dataSync<'float32'>().reduce((sum, value) => sum + value * value, 0));
