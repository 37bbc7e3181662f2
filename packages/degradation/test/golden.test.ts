import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CheckpointTensor, encodePyTorch } from '@deflow/checkpoints';
import { fullCovarianceNormalLogDensity, standardNormalLogDensity } from '@deflow/flows';
import { resize } from '@deflow/images';
import { disposeParameters, namedParameters, trainableParameters } from '@deflow/nn';
import {
  abs,
  max,
  mean,
  mul,
  type Scalar,
  slice,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aim,
  type DeFlow,
  deflowFromReleased,
  exportReleased,
  type Features,
  ntire,
  sigmaEigenvalues,
} from '../src/index.ts';
import { reduceEightBits } from '../src/reduce-eight-bits.ts';
import { channelsFirst, formulaImages } from './formula-images.ts';
import { formulaWeights } from './formula-weights.ts';

interface GradientGolden {
  readonly nll_no_dequant: number[];
  readonly loss: number;
  readonly grads: Record<
    string,
    { readonly shape: number[]; readonly sum: number; readonly l2: number; readonly first4: number[] }
  >;
  readonly global_grad_norm: number;
  readonly params_without_grad: string[];
}
interface Summary {
  readonly sum: number;
  readonly abs_sum: number;
}
interface Translated {
  readonly sum: number;
  readonly first8: number[];
  readonly last4: number[];
}
interface Golden {
  readonly scale: number;
  readonly logdet_incl_split_prior_no_dequant: number[];
  readonly nll_no_dequant: number[];
  readonly eps0: Summary & { readonly at_b0_y0x0: number[]; readonly at_b1_last: number[] };
  readonly eps1: Golden['eps0'];
  readonly translated_b0: Translated & { readonly max_abs_change: number };
  readonly Y_to_X_posterior_mean_b1: Translated;
  readonly Y_to_X_posterior_cov_trace_per_level: number[];
  readonly [feature: `enc_fea_${string}`]: Summary;
}

const folder = fileURLToPath(new URL('../../../../shared/golden/', import.meta.url));
const file = `${folder}deflow-golden.json`;
interface Reduced {
  readonly out_quarter: number[][];
  readonly out_half: number[][];
  readonly float64_path_quarter_no_rounding: number[][];
}
const { imresize_uint8: bicubic, ...golden }: Record<string, Golden> & { imresize_uint8?: Reduced } = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : {};
const gradients: Record<string, GradientGolden> = bicubic
  ? JSON.parse(readFileSync(`${folder}deflow-golden-grads.json`, 'utf8'))
  : {};
if (!bicubic) console.warn('Skipped: the golden numbers of the published model are not here (../shared/golden).');

/** The whole state dict with the formula's values. */
function formulaStateDict(keys: string): Map<string, CheckpointTensor> {
  const lines = readFileSync(folder + keys, 'utf8')
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const [key, sizes] = line.split('\t') as [string, string];
      const shape = (sizes.match(/\d+/g) ?? []).map(Number);
      return [key, { type: 'float32', shape, data: formulaWeights(key, shape) }];
    }),
  );
}

const [height, width] = [16, 24];

function compare(got: readonly number[], wanted: readonly number[], tolerance: number): void {
  const size = Math.max(1, ...wanted.map(Math.abs));
  wanted.forEach((value, index) => {
    expect(Math.abs(got[index]! - value) / size).toBeLessThan(tolerance);
  });
}

/** The published program's own round trip is off by about 1e-5. */
function expectBack(images: Tensor, back: Tensor): void {
  const difference = tidy(() => max(abs(sub(images, back)))).dataSync()[0]!;
  expect(difference).toBeLessThan(2e-5);
}

const total = (values: readonly number[], map: (value: number) => number = (value) => value) =>
  values.reduce((sum, value) => sum + map(value), 0);

describe.skipIf(!bicubic).each([
  ['NTIRE', 'DeFlow-NTIRE-RWSR.yml', ntire.model, 'deflow-keys-NTIRE-DPED.tsv', ['up2', 'up1', 'up0']],
  ['AIM', 'DeFlow-AIM-RWSR.yml', { ...aim.model, statistics: undefined }, 'deflow-keys-AIM.tsv', ['up4', 'up2', 'up1']],
] as const)('%s with formula weights', (_, name, config, keys, names) => {
  const numbers = () => golden[name]!;
  const images = formulaImages([2, height, width, 3], (i) => 0.5 + 0.4 * Math.sin(0.1 + 0.3 * i));
  let model: DeFlow;
  let unused: ReadonlyMap<string, CheckpointTensor>;
  let features: Features;
  let reduced: Tensor4D;

  beforeAll(() => {
    const file = encodePyTorch(formulaStateDict(keys));
    ({ model, unused } = deflowFromReleased(file, { config }));
    const { scale } = numbers();
    reduced = formulaImages([2, height / scale, width / scale, 3], (i) => 0.5 + 0.4 * Math.sin(0.2 + 0.3 * i));
    features = model.featuresOfReduced(reduced, zerosLike(reduced));
  });
  afterAll(() => disposeParameters(model.parameters));

  test('the whole state dict, read from a .pth file, comes back', async () => {
    const wanted = formulaStateDict(keys);
    const exported = await exportReleased(model, { unused });
    expect([...exported.keys()]).toEqual([...wanted.keys()]);
    for (const [key, { type, shape, data }] of wanted) {
      const found = exported.get(key)!;
      expect([found.type, found.shape]).toEqual([type, shape]);
      expect(
        found.data.every((value, index) => value === data[index]),
        key,
      ).toBe(true);
    }
  });

  test('features', () => {
    features.levels.forEach((level, index) => {
      const values = channelsFirst(level);
      const { sum, abs_sum } = numbers()[`enc_fea_${names[index]!}`];
      expect(Math.abs(total(values) - sum) / abs_sum).toBeLessThan(1e-6);
      expect(Math.abs(total(values, Math.abs) - abs_sum) / abs_sum).toBeLessThan(1e-6);
    });
  });

  test('latents and log-determinants', () => {
    const { latents, logDet } = model.encode(images, features);
    // The program counts the density of the split's latent under its image's domain as part of the log-determinant.
    const [split] = latents as [Tensor4D];
    const parameters = namedParameters(model.parameters);
    const [shiftMean, factor] = ['mean', 'factor'].map((each) => parameters.get(`shifts.0.${each}`)!);
    const densities = [
      standardNormalLogDensity(split),
      fullCovarianceNormalLogDensity(split, shiftMean!, factor as Tensor2D),
    ].map((each, image) => each.dataSync()[image]!);
    numbers().logdet_incl_split_prior_no_dequant.forEach((wanted, image) => {
      expect(Math.abs((logDet.dataSync()[image]! + densities[image]!) / wanted - 1)).toBeLessThan(1e-6);
    });
    latents.forEach((latent, index) => {
      const values = channelsFirst(latent);
      const { at_b0_y0x0, at_b1_last, sum, abs_sum } = numbers()[index === 0 ? 'eps0' : 'eps1'];
      const [, h, w, channels] = latent.shape;
      const at = (image: number, position: number) =>
        Array.from({ length: channels }, (_, c) => values[(image * channels + c) * h * w + position]!);
      compare(at(0, 0).slice(0, 6), at_b0_y0x0, 1e-5);
      compare(at(1, h * w - 1).slice(-6), at_b1_last, 1e-5);
      expect(Math.abs(total(values) - sum) / abs_sum).toBeLessThan(1e-5);
      expect(Math.abs(total(values, Math.abs) - abs_sum) / abs_sum).toBeLessThan(1e-5);
    });
  });

  test('likelihood of both domains', async () => {
    const density = await model.logDensity(images, tensor1d([0, 1]), features).data();
    const published = density.map((each) => -each / (Math.LN2 * height * width));
    compare([...published], numbers().nll_no_dequant, 1e-6);
  });

  test('translations with given noise', () => {
    const at = (image: number) => {
      const one = (x: Tensor4D) => slice(x, [image, 0, 0, 0], [1, -1, -1, -1]);
      const levels = features.levels.map(one);
      const prepared = model.prepare({ levels, contexts: levels });
      return { latents: model.encode(one(images), prepared).latents, features: prepared };
    };
    const check = (image: Tensor4D, wanted: Translated) => {
      const values = channelsFirst(image);
      compare(values.slice(0, 8), wanted.first8, 2e-5);
      compare(values.slice(-4), wanted.last4, 2e-5);
      expect(Math.abs(total(values) - wanted.sum)).toBeLessThan(0.01);
    };
    const shapes = model.noiseShapes({ height, width }).latents.map((shape) => [1, ...shape] as const);
    const noise = shapes.map((shape) => formulaImages(shape, (i) => 0.5 * Math.sin(0.9 * i)));
    const degraded = model.degradeAnalysed(at(0), noise);
    check(degraded, numbers().translated_b0);
    const change = tidy(() => max(abs(sub(degraded, slice(images, 0, 1))))).dataSync()[0]!;
    expect(Math.abs(change - numbers().translated_b0.max_abs_change)).toBeLessThan(1e-4);
    const none = noise.map((each) => zerosLike(each));
    check(model.restoreAnalysed(at(1), { shift: none, clean: none }), numbers().Y_to_X_posterior_mean_b1);
  });

  test('the covariance of the restored latents', async () => {
    const eigenvalues = await sigmaEigenvalues(model);
    // Sigma (I + Sigma)^-1 has these.
    const traces = eigenvalues.map((each) => total([...each], (value) => value / (1 + value)));
    compare(traces, numbers().Y_to_X_posterior_cov_trace_per_level, 1e-5);
  });

  test('what the published program never uses is kept aside', () => {
    const { params_without_grad } = gradients[name]!;
    expect([...unused.keys()]).toEqual(expect.arrayContaining(params_without_grad));
  });

  test('round trip', () => {
    const prepared = model.prepare(features);
    expectBack(images, model.decode(model.encode(images, prepared).latents, prepared));
  });

  test.each([
    [3, 32, 8],
    [2, 8, 40],
  ])('batch %i of %i x %i: the images do not see each other, and come back', (batch, h, w) => {
    const values = formulaImages([batch, h, w, 3], (i) => 0.5 + 0.4 * Math.sin(0.7 + 0.11 * i));
    const labels = tensor1d(Array.from({ length: batch }, (_, i) => (i + 1) % 2));
    const quiet = zerosLike(model.reduce(values));
    const together = model.prepare(model.features(values, quiet));
    const encoded = model.encode(values, together);
    const density = model.logDensity(values, labels, together).dataSync();
    expectBack(values, model.decode(encoded.latents, together));
    for (let i = 0; i < batch; i++) {
      const one = slice(values, [i, 0, 0, 0], [1, -1, -1, -1]);
      const alone = model.features(one, zerosLike(model.reduce(one)));
      const single = model.logDensity(one, slice(labels, i, 1), alone).dataSync()[0]!;
      expect(Math.abs(density[i]! - single) / Math.abs(single)).toBeLessThan(1e-6);
      model.encode(one, alone).latents.forEach((latent, level) => {
        const own = slice(encoded.latents[level]!, [i, 0, 0, 0], [1, -1, -1, -1]).dataSync();
        compare([...own], [...latent.dataSync()], 1e-5);
      });
    }
  });

  // Last: it leaves the gradients in place of the parameters.
  test('gradients', async () => {
    const wanted = gradients[name]!;
    const parameters = trainableParameters(model.parameters);
    const { value, grads } = variableGrads(() => {
      const density = model.logDensity(images, tensor1d([0, 1]), model.featuresOfReduced(reduced, zerosLike(reduced)));
      return mean(mul(density, -1 / (Math.LN2 * height * width))) as Scalar;
    }, parameters);
    expect(Math.abs(value.dataSync()[0]! - wanted.loss)).toBeLessThan(1e-5);
    for (const each of parameters) each.assign(grads[each.name]!);
    const found = await exportReleased(model);
    const norm = (numbers: ArrayLike<number>) => Math.sqrt(total(Array.from(numbers), (each) => each * each));
    for (const [key, { shape, sum, l2, first4 }] of Object.entries(wanted.grads)) {
      const tensor = found.get(key)!;
      const numbers = Array.from(tensor.data as Float32Array);
      expect(tensor.shape).toEqual(shape);
      expect(Math.abs(norm(numbers) - l2) / l2, key).toBeLessThan(1e-3);
      expect(Math.abs(total(numbers) - sum) / Math.max(l2, Math.abs(sum)), key).toBeLessThan(1e-3);
      const scale = Math.max(...first4.map(Math.abs), l2 / Math.sqrt(numbers.length));
      first4.forEach((each, index) => {
        expect(Math.abs(numbers[index]! - each) / scale, key).toBeLessThan(1e-3);
      });
    }
    const all = parameters.map((each) => norm(each.dataSync()));
    expect(Math.abs(norm(all) - wanted.global_grad_norm) / wanted.global_grad_norm).toBeLessThan(1e-3);
  });
});

test.skipIf(!bicubic)('bicubic reduction, rounded to 8 bits between the axes and not', () => {
  const { out_quarter, out_half, float64_path_quarter_no_rounding } = bicubic!;
  const grey = (y: number, x: number) => {
    if (y >= 3 && y < 6 && x >= 4 && x < 9) return 255;
    return y >= 10 && y < 12 && x >= 1 && x < 3 ? 0 : (13 * y + 7 * x) % 256;
  };
  const pixels = Float64Array.from({ length: 16 * 16 }, (_, i) => grey(i >> 4, i % 16));
  const image = tensor4d(
    Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => pixels[Math.floor(i / 3)]! / 255),
    [1, 16, 16, 3],
  );
  for (const [factor, wanted] of [
    [4, out_quarter],
    [2, out_half],
  ] as const) {
    const values = reduceEightBits(image, factor).dataSync();
    expect(wanted.flat().map((_, i) => Math.round(values[3 * i]! * 255))).toEqual(wanted.flat());
  }
  const { data } = resize({ width: 16, height: 16, channels: 1, data: pixels }, { scale: 1 / 4 });
  compare([...data], float64_path_quarter_no_rounding.flat(), 1e-12);
});
