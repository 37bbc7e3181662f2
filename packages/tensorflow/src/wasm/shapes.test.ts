import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { type Comparison, expectAdjoint, expectSameAsOthers } from './testing/compare-backends.ts';

type Four = tf.Tensor4D;
type Row = readonly [string, string[], Comparison['run']];
const multiplyAll = (tensors: tf.Tensor[]): tf.Tensor => tensors.reduce((product, tensor) => tf.mul(product, tensor));
const pairs = (text: string) => text.split(' ').map((pair) => pair.split(':').map(Number) as [number, number]);
const indices = () => tf.tensor1d([2, 0, 2, 1, 2], 'int32');
const squeezed = (x: tf.Tensor, order: number[]) =>
  tf.reshape(tf.transpose(tf.reshape(x, [2, 2, 2, 3, 2, 3]), order), [2, 2, 3, 12]);

describe('changes of shape and their gradients', () => {
  test.each<Row>([
    ['batchToSpaceND', ['8x2x3x3'], (x) => tf.batchToSpaceND(x, [2, 2], pairs('0:0 0:0'))],
    ['broadcastTo', ['1x3x1'], (x) => tf.broadcastTo(x, [2, 3, 4])],
    ['concat', ['2x3x4', '2x3x5'], (a, b) => tf.concat([a, b], 2)],
    ['concat of batches', ['2x3x4', '1x3x4'], (a, b) => tf.concat([a, b], 0)],
    ['expandDims', ['2x3'], (x) => tf.expandDims(x, 1)],
    ['gather', ['3x4'], (x) => tf.gather(x, indices())],
    ['gather on the last axis', ['2x4x3'], (x) => tf.gather(x, indices(), 2)],
    ['gather on an axis inside', ['2x3x4'], (x) => tf.gather(x, indices(), 1)],
    ['mirrorPad reflect', ['2x4x5x2'], (x) => tf.mirrorPad(x, pairs('0:0 1:2 3:1 0:0'), 'reflect')],
    ['mirrorPad symmetric', ['2x4x5x2'], (x) => tf.mirrorPad(x, pairs('0:0 1:2 3:1 0:0'), 'symmetric')],
    ['pad', ['2x3x4x2'], (x) => tf.pad(x, pairs('0:0 1:2 3:0 0:1'))],
    ['reshape', ['2x3x4'], (x) => tf.reshape(x, [6, 4])],
    ['reverse', ['2x3x4x2'], (x) => tf.reverse(x, [1, 3])],
    ['slice of one column', ['3x4x5'], (x) => tf.slice(x, [0, 1, 2], [3, 2, 1])],
    ['slice', ['3x4x5x6'], (x) => tf.slice(x, [1, 0, 2, 3], [2, 4, 3, 2])],
    ['slice of channels', ['3x4x5x6'], (x) => tf.slice(x, [0, 0, 0, 2], [-1, -1, -1, 3])],
    ['spaceToBatchND', ['2x4x6x3'], (x) => tf.spaceToBatchND(x, [2, 2], pairs('0:0 0:0'))],
    ['split', ['2x3x6'], (x) => multiplyAll(tf.split(x, 2, 2))],
    ['squeeze 2x2', ['2x4x6x3'], (x) => squeezed(x, [0, 1, 3, 2, 4, 5])],
    ['squeeze 2x2, colours outside', ['2x4x6x3'], (x) => squeezed(x, [0, 1, 3, 5, 2, 4])],
    ['stack', ['2x3', '2x3'], (a, b) => tf.stack([a, b], 1)],
    ['tile', ['2x3'], (x) => tf.tile(x, [2, 3])],
    ['transpose of a matrix', ['17x9'], (x) => tf.transpose(x)],
    ['transpose of rank 3', ['7x5x9'], (x) => tf.transpose(x, [0, 2, 1])],
    ['transpose of rank 4', ['2x3x4x5'], (x) => tf.transpose(x, [2, 0, 3, 1])],
    ['unsortedSegmentSum', ['5x3x2'], (x) => tf.unsortedSegmentSum(x, indices(), 4)],
    ['unstack', ['2x3x4'], (x) => multiplyAll(tf.unstack(x, 1))],
  ])('%s', async (_, shapes, run) => {
    await expectSameAsOthers({ shapes, run });
  });

  test.each(['reflect', 'symmetric'] as const)('the kernel of the exact gradient of mirrorPad %s', async (mode) => {
    const paddings = pairs('1:0 1:2 3:1 0:0');
    const exact = tf.customGrad((x) => ({
      value: tf.mirrorPad(x as tf.Tensor, paddings, mode),
      gradFunc: (dy) => tf.engine().runKernel('MirrorPadGrad', { dy }, { paddings, mode }) as tf.Tensor,
    }));
    await expectAdjoint('2x4x5x2', (x) => exact(x));
  });

  test('unsortedSegmentSum leaves out ids that are no segment (forward only)', async () => {
    const ids = () => tf.tensor1d([1, -1, 1, 0, 5], 'int32');
    await expectSameAsOthers({
      shapes: ['5x3'],
      run: (x) => tf.unsortedSegmentSum(x, ids(), 2),
      differentiate: false,
      cpuOnly: true,
    });
  });

  test('depthToSpace (forward only: tfjs has no such gradient)', async () => {
    await expectSameAsOthers({
      shapes: ['2x3x4x12'],
      run: (x) => tf.depthToSpace(x as Four, 2, 'NHWC'),
      differentiate: false,
    });
  });
});

describe('resizing', () => {
  const ways = [
    [false, false],
    [true, false],
    [false, true],
  ] as const;
  const sizes: [number, number][] = [
    [8, 10],
    [8, 7],
    [12, 15],
    [2, 3],
    [4, 5],
    [1, 1],
  ];
  const rows = sizes.flatMap((size) => ways.map(([align, half]) => [size, align, half] as const));

  test.each(rows)('bilinear to %s, corners aligned %s, half-pixel centres %s', async (size, align, half) => {
    const run = (x: tf.Tensor) => tf.image.resizeBilinear(x as Four, size, align, half);
    await expectSameAsOthers({ shapes: ['2x4x5x3'], run, differentiate: false });
    await expectAdjoint('2x4x5x3', run);
  });

  test.each(rows)('nearest to %s, corners aligned %s, half-pixel centres %s', async (size, align, half) => {
    const run = (x: tf.Tensor) => tf.image.resizeNearestNeighbor(x as Four, size, align, half);
    await expectSameAsOthers({ shapes: ['2x4x5x3'], run, differentiate: false });
    await expectAdjoint('2x4x5x3', run);
  });
});
