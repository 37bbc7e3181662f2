import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { expectSameAsOthers } from './testing/compare-backends.ts';

type Four = tf.Tensor4D;
type Shape4D = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];
const around = (top: number, bottom: number, left: number, right: number): Pad => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

describe('convolution and its gradients', () => {
  test.each<[string, string, number | [number, number], Pad]>([
    ['2x8x8x3', '3x3x3x8', 1, 'same'],
    ['1x5x7x4', '3x3x4x5', 1, 'same'],
    ['2x9x6x5', '3x2x5x3', 1, 'valid'],
    ['2x7x7x12', '1x1x12x20', 1, 'same'],
    ['3x7x5x6', '1x1x6x1', 1, 'valid'],
    ['1x6x6x5', '1x1x5x4', 1, around(1, 0, 0, 2)],
    ['2x8x8x3', '3x3x3x4', 2, 'same'],
    ['2x9x7x3', '3x3x3x6', 2, 'valid'],
    ['1x11x8x2', '4x3x2x7', [3, 2], 'same'],
    ['1x10x10x2', '2x2x2x3', 3, 'valid'],
    ['2x9x9x3', '1x1x3x5', 2, 'same'],
    ['1x6x6x3', '5x5x3x4', 1, 2],
    ['1x6x5x3', '3x3x3x4', 1, around(2, 1, 0, 3)],
    ['1x7x9x3', '3x2x3x4', 2, around(1, 2, 0, 1)],
    ['1x5x5x2', '1x2x2x3', 1, around(3, 0, 2, 2)],
    ['1x4x4x2', '5x5x2x3', 1, 'same'],
    ['2x12x12x32', '3x3x32x17', 1, 'same'],
    ['1x40x3x9', '7x1x9x2', [2, 1], 'same'],
    ['1x1x1x4', '3x3x4x2', 1, 'same'],
  ])('%s * %s, strides %s, pad %s', async (image, filter, strides, pad) => {
    await expectSameAsOthers({
      shapes: [image, filter],
      run: (x, w) => tf.conv2d(x as Four, w as Four, strides, pad),
      cpuOnly: typeof pad !== 'string',
    });
  });

  test.each([1, 2, 3])('dilated by %i (forward only: tfjs has no such gradient)', async (dilation) => {
    await expectSameAsOthers({
      shapes: ['2x9x8x3', '3x3x3x5'],
      run: (x, w) => tf.conv2d(x as Four, w as Four, 1, 'same', 'NHWC', dilation),
      differentiate: dilation === 1,
    });
  });

  test.each<[string, string, Shape4D, number, 'same' | 'valid']>([
    ['1x6x6x3', '3x3x4x3', [1, 12, 12, 4], 2, 'same'],
    ['2x5x4x6', '4x4x2x6', [2, 12, 10, 2], 2, 'valid'],
    ['1x3x3x2', '2x2x3x2', [1, 9, 9, 3], 3, 'same'],
    ['1x5x5x2', '3x3x3x2', [1, 5, 5, 3], 1, 'same'],
  ])('transposed: %s * %s to [%s], stride %i, %s', async (image, filter, output, stride, pad) => {
    await expectSameAsOthers({
      shapes: [image, filter],
      run: (x, w) => tf.conv2dTranspose(x as Four, w as Four, output, stride, pad),
    });
  });

  test('in one dimension', async () => {
    await expectSameAsOthers({
      shapes: ['2x13x3', '5x3x4'],
      run: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, 'same'),
    });
  });

  test('with bias and activation', async () => {
    await expectSameAsOthers({
      shapes: ['2x6x6x3', '3x3x3x4', '4'],
      run: (x, filter, bias) =>
        tf.fused.conv2d({ x: x as Four, filter: filter as Four, bias, strides: 1, pad: 'same', activation: 'relu' }),
    });
  });

  test('the gradient of the gradient', async () => {
    const energy = (x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x as Four, w as Four, 1, 'same')));
    await expectSameAsOthers({
      shapes: ['1x5x5x2', '3x3x2x3'],
      run: (x, w) => tf.grad((image) => energy(image, w))(x),
    });
  });

  test('the filter gradient of images with channels first', async () => {
    const attributes = { strides: 1, pad: 1, dataFormat: 'NCHW', filterShape: [3, 3, 3, 4] };
    await expectSameAsOthers({
      shapes: ['2x3x6x5', '2x4x6x5'],
      run: (x, dy) => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes) as tf.Tensor,
      differentiate: false,
      cpuOnly: true,
    });
  });
});

describe('depthwise convolution and its gradients', () => {
  test.each<[string, string, number, 'same' | 'valid']>([
    ['2x7x7x3', '3x3x3x1', 1, 'same'],
    ['2x7x6x3', '3x3x3x2', 1, 'valid'],
    ['1x9x8x4', '3x2x4x3', 2, 'same'],
    ['1x9x9x2', '5x5x2x1', 3, 'valid'],
    ['2x6x6x5', '1x1x5x2', 1, 'same'],
  ])('%s * %s, stride %i, %s', async (image, filter, stride, pad) => {
    await expectSameAsOthers({
      shapes: [image, filter],
      run: (x, w) => tf.depthwiseConv2d(x as Four, w as Four, stride, pad),
    });
  });

  test('followed by a pointwise one', async () => {
    await expectSameAsOthers({
      shapes: ['2x6x6x3', '3x3x3x2', '1x1x6x4'],
      run: (x, depthwise, pointwise) => tf.separableConv2d(x as Four, depthwise as Four, pointwise as Four, 1, 'same'),
    });
  });
});

describe('convolution in three dimensions and its gradients', () => {
  test.each<[string, string, number, 'same' | 'valid']>([
    ['1x4x5x6x2', '3x3x3x2x3', 1, 'same'],
    ['2x5x5x4x3', '2x3x2x3x5', 2, 'same'],
    ['1x6x5x7x2', '2x2x3x2x4', 2, 'valid'],
    ['1x4x4x4x3', '1x1x1x3x2', 1, 'same'],
  ])('%s * %s, stride %i, %s', async (volume, filter, stride, pad) => {
    await expectSameAsOthers({
      shapes: [volume, filter],
      run: (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, stride, pad),
    });
  });
});
