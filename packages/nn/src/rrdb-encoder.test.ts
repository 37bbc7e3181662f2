import { existsSync, readFileSync } from 'node:fs';
import { createRandom } from '@deflow/images';
import { memory, ones, type Tensor, tensor4d, transpose } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { assignFormulas, formulaNoise } from '../test/formula-weights.ts';
import { disposeParameters, namedParameters } from './parameters.ts';
import { joinRrdbFeatures, rrdbEncoder } from './rrdb-encoder.ts';

const file = new URL('../../../../shared/golden/deflow-golden.json', import.meta.url);
const available = existsSync(file);
if (!available) console.warn('skipped: ../shared/golden/deflow-golden.json is not there');

interface Feature {
  shape: number[];
  sum: number;
  abs_sum: number;
  ch0_first: number[];
  ch64_first: number[];
  ch319_last: number[];
}

const golden: Record<string, Record<string, Feature>> = available ? JSON.parse(readFileSync(file, 'utf8')) : {};
const random = createRandom(1);

test('the formula gives the published check values', () => {
  expect([...formulaNoise('cov_shift', 4)]).toEqual([
    0.2430917671881616, -0.498680102173239, -0.7464528200216591, -0.9138853624463081,
  ]);
});

/** Largest difference from the golden numbers, relative to the mean absolute feature. */
function deviation(feature: Tensor, expected: Feature): number {
  const nchw = transpose(feature, [0, 3, 1, 2]);
  expect(nchw.shape).toEqual(expected.shape);
  const values = Float64Array.from(nchw.dataSync());
  const [, , height, width] = expected.shape as [number, number, number, number];
  const sum = values.reduce((total, value) => total + value, 0);
  const magnitude = values.reduce((total, value) => total + Math.abs(value), 0);
  const channel = (index: number) => values.subarray(index * height * width);
  const compare = (actual: Float64Array, numbers: number[]) =>
    Math.max(...numbers.map((value, index) => Math.abs(value - actual[index]!)));
  const pointwise = Math.max(
    compare(channel(0), expected.ch0_first),
    compare(channel(64), expected.ch64_first),
    compare(values.subarray(values.length - expected.ch319_last.length), expected.ch319_last),
  );
  const mean = expected.abs_sum / values.length;
  return Math.max(
    Math.abs(sum - expected.sum) / expected.abs_sum,
    Math.abs(magnitude - expected.abs_sum) / expected.abs_sum,
    pointwise / mean,
  );
}

describe.skipIf(!available)('rrdbEncoder against the original network', () => {
  test.each([
    { scale: 4, name: 'DeFlow-NTIRE-RWSR.yml', levels: [0, 1, 2, 3], features: ['up4', 'up2', 'up1', 'up0'] },
    { scale: 8, name: 'DeFlow-AIM-RWSR.yml', levels: [0, 1, 2, 3, 4], features: ['up8', 'up4', 'up2', 'up1', 'up0'] },
  ])('scale $scale: 23 blocks, every feature within 1e-5', ({ scale, name, levels, features }) => {
    const encoder = rrdbEncoder({ scale, levels, random });
    assignFormulas(encoder.parameters, 'RRDB.');
    const [height, width] = [16 / scale, 24 / scale];
    const nchw = Float64Array.from({ length: 6 * height * width }, (_, i) => 0.5 + 0.4 * Math.sin(0.2 + 0.3 * i));
    const before = memory().numTensors;
    const image = transpose(tensor4d(new Float32Array(nchw), [2, 3, height, width]), [0, 2, 3, 1]);
    const found = encoder.apply(image);
    expect(memory().numTensors).toBe(before + 2 + found.length);
    found.forEach((feature, index) => {
      expect(feature.shape[3]).toBe(encoder.featureChannels);
      const error = deviation(feature, golden[name]![`enc_fea_${features[index]}`]!);
      expect(error).toBeLessThan(1e-5);
    });
    disposeParameters(encoder.parameters);
  });
});

describe('rrdbEncoder', () => {
  const small = { scale: 4, channels: 4, growth: 2, blocks: 2, taps: [1], random };

  test('makes only the convolutions that its levels need, under the published names', () => {
    const names = (levels: number[]) => [...namedParameters(rrdbEncoder({ ...small, levels }).parameters).keys()];
    expect(names([1, 2, 3]).filter((name) => name.startsWith('up'))).toEqual(['upconv1.weight', 'upconv1.bias']);
    expect(names([2]).filter((name) => name.startsWith('up'))).toEqual([]);
    expect(names([2])).toContain('RRDB_trunk.1.RDB3.conv5.weight');
    expect(names([2])).toHaveLength(2 * 3 * 10 + 4);
  });

  test('works without taps and on other channels', () => {
    const encoder = rrdbEncoder({ ...small, scale: 1, levels: [0, 1], taps: [], inputChannels: 2 });
    const shapes = encoder.apply(ones([1, 5, 6, 2])).map(({ shape }) => shape);
    expect(shapes).toEqual([
      [1, 5, 6, 4],
      [1, 2, 3, 4],
    ]);
  });

  test('gives own and block features apart; joined they are the features', () => {
    const encoder = rrdbEncoder({ ...small, levels: [1] });
    const x = ones([1, 3, 3, 3]);
    const parts = encoder.features(x);
    expect(parts.blocks?.shape).toEqual([1, 3, 3, 4]);
    expect(parts.own[0]?.shape).toEqual([1, 6, 6, 4]);
    const [joined] = joinRrdbFeatures(parts);
    expect(joined?.dataSync()).toEqual(encoder.apply(x)[0]?.dataSync());
  });

  test.each([
    [{ scale: 3 }, 'The scale 3 is no power of two'],
    [{ levels: [] }, 'at least one'],
    [{ taps: [2] }, 'numbers from 0 to 1'],
  ])('refuses %o', (wrong, message) => {
    expect(() => rrdbEncoder({ ...small, ...wrong })).toThrow(message);
  });
});
