import * as tf from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { expectSameAsOthers } from './testing/compare-backends.ts';

type Unary = readonly [string, (x: tf.Tensor) => tf.Tensor];
type Binary = readonly [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor];

describe('functions of one tensor and their gradients', () => {
  test.each<Unary>([
    ['abs', tf.abs],
    ['asinh', tf.asinh],
    ['atan', tf.atan],
    ['clipByValue', (x) => tf.clipByValue(x, -0.5, 0.7)],
    ['cos', tf.cos],
    ['cosh', tf.cosh],
    ['elu', tf.elu],
    ['erf', tf.erf],
    ['exp', tf.exp],
    ['expm1', tf.expm1],
    ['leakyRelu', (x) => tf.leakyRelu(x, 0.2)],
    ['neg', tf.neg],
    ['reciprocal', tf.reciprocal],
    ['relu', tf.relu],
    ['relu6', tf.relu6],
    ['selu', tf.selu],
    ['sigmoid', tf.sigmoid],
    ['sign', tf.sign],
    ['sin', tf.sin],
    ['sinh', tf.sinh],
    ['softplus', tf.softplus],
    ['square', tf.square],
    ['step', tf.step],
    ['tanh', tf.tanh],
  ])('%s', async (_, run) => {
    await expectSameAsOthers({ shapes: ['3x5x7x2'], run });
    await expectSameAsOthers({ shapes: ['41'], run: (x) => run(tf.mul(x, 4)) });
  });

  test.each<Unary>([
    ['acosh', (x) => tf.acosh(tf.add(x, 1))],
    ['log', tf.log],
    ['log1p', tf.log1p],
    ['pow', (x) => tf.pow(x, 1.7)],
    ['rsqrt', tf.rsqrt],
    ['sqrt', tf.sqrt],
  ])('%s of positive numbers', async (_, run) => {
    await expectSameAsOthers({ shapes: ['6x7x3'], run, make: (normal) => Math.abs(normal) + 0.5 });
  });

  test.each<Unary>([
    ['acos', tf.acos],
    ['asin', tf.asin],
    ['atanh', tf.atanh],
    ['tan', tf.tan],
  ])('%s of numbers below one', async (_, run) => {
    await expectSameAsOthers({ shapes: ['6x7x3'], run, make: (normal) => 0.9 * Math.tanh(normal) });
  });
});

describe('functions of two tensors and their gradients', () => {
  const condition = () => tf.greater(tf.sin(tf.reshape(tf.range(0, 120), [2, 3, 4, 5])), 0);

  test.each<Binary>([
    ['add', tf.add],
    ['atan2', tf.atan2],
    ['div', (a, b) => tf.div(a, tf.add(tf.square(b), 0.5))],
    ['mul', tf.mul],
    ['pow', (a, b) => tf.pow(tf.add(tf.square(a), 0.5), b)],
    ['sub', tf.sub],
  ])('%s, broadcast', async (_, run) => {
    for (const b of ['2x3x4x5', '5', '1x1x1x5', '2x1x1x5', '2x3x4x1', '1x3x1x5', '']) {
      await expectSameAsOthers({ shapes: ['2x3x4x5', b], run });
    }
    await expectSameAsOthers({ shapes: ['4x1', '3'], run });
    await expectSameAsOthers({ shapes: ['5', '2x3x4x5'], run });
  });

  test.each(['2x3x4x5', '5', '1x1x1x5', '2x1x1x5', ''])('prelu with an alpha of %s', async (alpha) => {
    await expectSameAsOthers({ shapes: ['2x3x4x5', alpha], run: tf.prelu, cpuOnly: true });
  });

  test.each<Binary>([
    ['maximum', tf.maximum],
    ['minimum', tf.minimum],
    ['squaredDifference', tf.squaredDifference],
    ['where', (a, b) => tf.where(condition(), tf.mul(a, 2), tf.square(b))],
  ])('%s (tfjs gives no right gradient to what is broadcast)', async (_, run) => {
    await expectSameAsOthers({ shapes: ['2x3x4x5', '2x3x4x5'], run });
  });
});
