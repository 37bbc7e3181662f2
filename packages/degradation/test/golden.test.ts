import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@deflow/images';
import { disposeParameters, namedParameters } from '@deflow/nn';
import {
  slice,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor4d,
  tidy,
  transpose,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aim, createDeFlow, type DeFlow, type Features, ntire } from '../src/index.ts';
import { formulaWeights } from './formula-weights.ts';
import { releasedPart } from './released-names.ts';

interface Summary {
  readonly sum: number;
  readonly abs_sum: number;
}
interface Golden {
  readonly scale: number;
  readonly logdet_incl_split_prior_no_dequant: number[];
  readonly nll_no_dequant: number[];
  readonly eps0: Summary & { readonly at_b0_y0x0: number[]; readonly at_b1_last: number[] };
  readonly eps1: Golden['eps0'];
  readonly translated_b0: { readonly sum: number; readonly first8: number[]; readonly last4: number[] };
  readonly Y_to_X_posterior_mean_b1: Golden['translated_b0'];
  readonly [feature: `enc_fea_${string}`]: Summary;
}

const file = fileURLToPath(new URL('../../../../shared/golden/deflow-golden.json', import.meta.url));
const golden: Record<string, Golden> | undefined = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : undefined;
if (!golden) console.warn('Skipped: the golden numbers of the published model are not here (../shared/golden).');

/** Gives every parameter of `model` the formula's values. */
function loadFormula(model: DeFlow): void {
  for (const [path, variable] of namedParameters(model.parameters)) {
    const part = releasedPart(model.config, path);
    if (!part) continue;
    const [height, width, ownInputs, outputs] = variable.shape;
    const { key, inputs = [0, ownInputs!], allInputs = ownInputs! } = part;
    const shape = variable.rank === 4 ? [outputs!, allInputs, height!, width!] : variable.shape;
    tidy(() => {
      const released = tensor(formulaWeights(key, shape), shape);
      if (variable.rank !== 4) return variable.assign(released);
      const own = slice(released, [0, inputs[0], 0, 0], [-1, inputs[1] - inputs[0], -1, -1]);
      return variable.assign(transpose(own, [2, 3, 1, 0]));
    });
  }
}

const [height, width] = [16, 24];
/** [batch, channels, height, width] values by their flat index as [batch, height, width, channels]. */
const formula = (shape: readonly [number, number, number, number], value: (index: number) => number) => {
  const [batch, h, w, channels] = shape;
  const values = Float32Array.from({ length: batch * h * w * channels }, (_, index) => value(index));
  return tidy(() => transpose(tensor4d(values, [batch, channels, h, w]), [0, 2, 3, 1])) as Tensor4D;
};
/** Values in the order of the golden file: [batch, channels, height, width]. */
const channelsFirst = (x: Tensor): number[] => [...tidy(() => transpose(x, [0, 3, 1, 2])).dataSync()];

function compare(got: readonly number[], wanted: readonly number[], tolerance: number): void {
  const size = Math.max(1, ...wanted.map(Math.abs));
  wanted.forEach((value, index) => {
    expect(Math.abs(got[index]! - value) / size).toBeLessThan(tolerance);
  });
}

const total = (values: readonly number[], map: (value: number) => number = (value) => value) =>
  values.reduce((sum, value) => sum + map(value), 0);

describe.skipIf(!golden).each([
  ['NTIRE', 'DeFlow-NTIRE-RWSR.yml', ntire.model, ['up2', 'up1', 'up0']],
  ['AIM', 'DeFlow-AIM-RWSR.yml', { ...aim.model, statistics: undefined }, ['up4', 'up2', 'up1']],
] as const)('%s with formula weights', (_, name, config, names) => {
  const numbers = () => golden![name]!;
  const images = formula([2, height, width, 3], (i) => 0.5 + 0.4 * Math.sin(0.1 + 0.3 * i));
  let model: DeFlow;
  let features: Features;

  beforeAll(() => {
    model = createDeFlow({ config, random: createRandom(1) });
    loadFormula(model);
    const { scale } = numbers();
    const reduced = formula([2, height / scale, width / scale, 3], (i) => 0.5 + 0.4 * Math.sin(0.2 + 0.3 * i));
    features = model.featuresOfReduced(reduced, zerosLike(reduced));
  });
  afterAll(() => disposeParameters(model.parameters));

  test('features', () => {
    features.levels.forEach((level, index) => {
      const values = channelsFirst(level);
      const { sum, abs_sum } = numbers()[`enc_fea_${names[index]!}`];
      expect(Math.abs(total(values) - sum) / abs_sum).toBeLessThan(1e-6);
      expect(Math.abs(total(values, Math.abs) - abs_sum) / abs_sum).toBeLessThan(1e-6);
    });
  });

  test('latents and likelihood', () => {
    const { latents } = model.encode(images, features);
    latents.forEach((latent, index) => {
      const values = channelsFirst(latent);
      const { at_b0_y0x0, at_b1_last, sum, abs_sum } = numbers()[index === 0 ? 'eps0' : 'eps1'];
      const [, h, w, channels] = latent.shape;
      const at = (image: number, position: number) =>
        Array.from({ length: channels }, (_, c) => values[(image * channels + c) * h * w + position]!);
      compare(at(0, 0).slice(0, 6), at_b0_y0x0, 1e-5);
      compare(at(1, h * w - 1).slice(-6), at_b1_last, 1e-5);
      expect(Math.abs(total(values) - sum) / abs_sum).toBeLessThan(1e-5);
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
    const check = (image: Tensor4D, wanted: Golden['translated_b0']) => {
      const values = channelsFirst(image);
      compare(values.slice(0, 8), wanted.first8, 2e-5);
      compare(values.slice(-4), wanted.last4, 2e-5);
      expect(Math.abs(total(values) - wanted.sum)).toBeLessThan(0.01);
    };
    const shapes = model.noiseShapes({ height, width }).latents.map((shape) => [1, ...shape] as const);
    const noise = shapes.map((shape) => formula(shape, (i) => 0.5 * Math.sin(0.9 * i)));
    check(model.degradeAnalysed(at(0), noise), numbers().translated_b0);
    const none = noise.map((each) => zerosLike(each));
    check(model.restoreAnalysed(at(1), { shift: none, clean: none }), numbers().Y_to_X_posterior_mean_b1);
  });
});
