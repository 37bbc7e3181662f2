import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { expectAdjoint, expectSameAsOthers } from './testing/compare-backends.ts';

type Reduction = (x: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

describe('reductions and their gradients', () => {
  const ofAnyAxes: readonly [string, Reduction][] = [
    ['logSumExp', tf.logSumExp],
    ['max', tf.max],
    ['mean', tf.mean],
    ['min', tf.min],
    ['sum', tf.sum],
    ['variance', (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance],
  ];
  test.each(ofAnyAxes)('%s', async (_, reduce) => {
    for (const axes of [undefined, [0], [3], [1, 2], [1, 3], [0, 1, 2], [1, 2, 3]]) {
      await expectSameAsOthers({ shapes: ['2x3x4x5'], run: (x) => reduce(x, axes) });
      await expectSameAsOthers({ shapes: ['2x3x4x5'], run: (x) => reduce(x, axes, true) });
    }
  });

  test('sums of many numbers lose none of them', async () => {
    const make = (normal: number): number => Math.abs(normal) + 1;
    await expectSameAsOthers({ shapes: ['300001'], run: (x) => tf.sum(x), make });
    await expectSameAsOthers({ shapes: ['100003x3'], run: (x) => tf.sum(x, 0), make, cpuOnly: true });
  });

  test('norm', async () => {
    for (const axes of [0, 3, [1, 2]]) {
      await expectSameAsOthers({ shapes: ['2x3x4x5'], run: (x) => tf.norm(x, 'euclidean', axes) });
    }
  });

  test('prod', async () => {
    for (const axis of [0, 2, 3]) {
      await expectSameAsOthers({ shapes: ['2x3x4x5'], run: (x) => tf.prod(x, axis), differentiate: false });
    }
  });

  test('cumsum', async () => {
    for (const [exclusive, reverse] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      await expectSameAsOthers({ shapes: ['2x3x4x5'], run: (x) => tf.cumsum(x, 3, exclusive, reverse) });
      await expectSameAsOthers({
        shapes: ['2x3x4x5'],
        run: (x) => tf.cumsum(x, 1, exclusive, reverse),
        differentiate: false,
      });
    }
  });

  test('softmax and logSoftmax', async () => {
    await expectSameAsOthers({ shapes: ['3x4x6'], run: (x) => tf.softmax(x) });
    await expectSameAsOthers({ shapes: ['3x4x6'], run: (x) => tf.logSoftmax(x) });
  });
});

describe('pooling and its gradients', () => {
  const pools = [
    [2, 2, 'valid'],
    [3, 1, 'same'],
    [3, 2, 'same'],
    [2, 3, 'valid'],
    [3, 2, 1],
  ] as const;
  const below = (normal: number): number => -Math.abs(normal) - 0.1;

  test.each(pools)('maxPool %i, stride %i, pad %s', async (size, stride, pad) => {
    const run = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, pad);
    const comparison = { shapes: ['2x7x8x3'], run, cpuOnly: typeof pad !== 'string' };
    await expectSameAsOthers(comparison);
    await expectSameAsOthers({ ...comparison, make: below });
    await expectSameAsOthers({ ...comparison, make: (normal) => Math.round(2 * normal) });
  });

  // The cpu backend's gradient is wrong where there is padding.
  test.each(pools)('avgPool %i, stride %i, pad %s', async (size, stride, pad) => {
    const run = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, size, stride, pad);
    await expectSameAsOthers({ shapes: ['2x7x8x3'], run, differentiate: pad === 'valid', cpuOnly: pad === 1 });
    await expectAdjoint('2x7x8x3', run);
  });

  test('in three dimensions', async () => {
    const pool = (size: number, stride: number, pad: 'same' | 'valid') => (x: tf.Tensor) =>
      tf.maxPool3d(x as tf.Tensor5D, size, stride, pad);
    await expectSameAsOthers({ shapes: ['1x4x5x6x2'], run: pool(2, 2, 'same') });
    await expectSameAsOthers({ shapes: ['2x4x5x6x2'], run: pool(3, 2, 'valid'), make: below });
    await expectSameAsOthers({ shapes: ['2x4x5x6x2'], run: pool(3, 1, 'same'), make: Math.round, cpuOnly: true });
    const average = (x: tf.Tensor) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'same');
    await expectSameAsOthers({ shapes: ['1x4x5x6x2'], run: average, differentiate: false });
    await expectAdjoint('1x4x5x6x2', average);
  });
});

describe('normalisation and its gradients', () => {
  test('batchNorm', async () => {
    const run = (x: tf.Tensor, mean: tf.Tensor, spread: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) => {
      const variance = tf.add(tf.square(spread), 0.5);
      return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D);
    };
    await expectSameAsOthers({ shapes: ['2x4x5x3', '3', '3', '3', '3'], run });
  });

  test('localResponseNormalization', async () => {
    await expectSameAsOthers({ shapes: ['2x3x4x6'], run: (x) => tf.localResponseNormalization(x as tf.Tensor4D, 2) });
  });
});
