import { memory, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { inceptionWeights } from '../../src/inception/weights.ts';
import { kernelDistance } from '../../src/index.ts';
import type { MeasuredImage } from '../../src/input/planes.ts';
import { createInception, type Inception, type InceptionConvention } from '../../src/tensors.ts';
import published from '../peers/inception.json' with { type: 'json' };
import { type ConformanceCase, expectBelow, expectError, expectTrue } from './checks.ts';
import { formulaInception } from './formula-weights.ts';
import { hashed, pictureByFormula } from './pictures.ts';

type PictureName = keyof (typeof published.features)['pytorch'];

const pictures: Readonly<Record<PictureName, MeasuredImage>> = {
  '299x299x3': picture(299, 299, 3, 1),
  '401x333x3': picture(401, 333, 3, 2),
  '64x48x3': picture(64, 48, 3, 3),
  '97x120x1': picture(97, 120, 1, 4),
};

function picture(width: number, height: number, channels: 1 | 3, seed: number): MeasuredImage {
  return { width, height, channels, data: pictureByFormula(width, height, channels, seed) };
}

const formulaNetwork = (convention?: InceptionConvention): Inception =>
  createInception(inceptionWeights(formulaInception()), { convention });

/** The largest difference to what PyTorch gives in float64, of the length, a projection and eight features, in lengths. */
function errorOf(features: ArrayLike<number>, name: PictureName, convention: InceptionConvention): number {
  const wanted = published.features[convention][name];
  const values = Float64Array.from(features);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const along = values.reduce((sum, value, i) => sum + value * (hashed(i, 9) - 0.5), 0);
  const differences = [length - wanted.length, along - wanted.along].concat(
    wanted.every256th.map((value, i) => values[256 * i]! - value),
  );
  return Math.max(...differences.map(Math.abs)) / wanted.length;
}

const tensorOf = ({ width, height, channels, data }: MeasuredImage): Tensor4D =>
  tensor4d(data as Float32Array, [1, height, width, channels]);

/** Features of these pictures in batches of `batchSize`, against the published ones. */
export async function inceptionError(
  names: readonly PictureName[],
  convention: InceptionConvention,
  batchSize: number,
): Promise<number> {
  const untouched = memory().numTensors;
  const inception = formulaNetwork(convention);
  const loaded = memory().numTensors;
  const seen: string[] = [];
  const features = await inception.featuresOf(
    names.map((name) => async () => pictures[name]),
    { batchSize, onProgress: (done, total) => seen.push(`${done}/${total}`) },
  );
  const steps = Array.from({ length: names.length + 1 }, (_, i) => `${i}/${names.length}`);
  expectTrue('Progress is told for each picture', String(seen) === String(steps));
  expectTrue('Features are no tensors', memory().numTensors === loaded);
  inception.dispose();
  expectTrue('No weights are left', memory().numTensors === untouched);
  return Math.max(...names.map((name, i) => errorOf(features[i]!, name, convention)));
}

/** KID of two pictures and two others. */
export async function inceptionKernelDistance(): Promise<{ readonly found: number; readonly expected: number }> {
  const inception = formulaNetwork();
  const features = await inception.featuresOf(Object.values(pictures), { batchSize: 2 });
  inception.dispose();
  return { found: kernelDistance(features.slice(0, 2), features.slice(2)), expected: published.kidOfTwoAndTwo };
}

export const inceptionCases: readonly ConformanceCase[] = [
  {
    name: 'Inception: features of pictures of two sizes equal those of pytorch-fid in float64',
    async run() {
      const error = await inceptionError(['64x48x3', '97x120x1'], 'pytorch', 2);
      expectBelow('Inception', error, 1e-5);
      return { error };
    },
  },
  {
    name: 'Inception: features of tensors; errors, NaN',
    async run() {
      const inception = formulaNetwork();
      const before = memory().numTensors;
      const { data } = pictures['64x48x3'];
      const stretched = (factor: number, offset: number) =>
        tidy(() => tensorOf({ ...pictures['64x48x3'], data: data.map((value) => value * factor + offset) } as never));
      const broken = data.slice() as Float32Array;
      broken[100] = Number.NaN;
      const bad = tensor4d(broken, [1, 48, 64, 3]);
      const inputs = [stretched(2, -1), bad];
      const features = [inception.features(inputs[0]!, { range: [-1, 1] }), inception.features(bad, { range: 1 })];
      const [values, others] = [await features[0]!.data(), await features[1]!.data()];
      for (const each of [...inputs, ...features]) each.dispose();
      const error = errorOf(values, '64x48x3', 'pytorch');
      expectBelow('Inception on tensors', error, 1e-5);
      expectTrue('Features of a broken image are NaN', others.every(Number.isNaN));

      const filled = (...shape: [number, number, number, number]) => tidy(() => tensor4d(new Float32Array(64), shape));
      for (const [name, tensor, range] of [
        ['AlphaChannelError', filled(1, 4, 4, 4), 1],
        ['TensorShapeError', filled(1, 1, 1, 64), 1],
        ['ValueRangeError', filled(1, 8, 8, 1), 0],
      ] as const) {
        await expectError(name, name, () => inception.features(tensor, { range }));
        tensor.dispose();
      }
      expectTrue('No tensor is left', memory().numTensors === before);
      inception.dispose();
      return { error };
    },
  },
];
