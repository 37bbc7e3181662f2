import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { expectSameAsOthers, largestDifference } from './testing/compare-backends.ts';

describe('products of matrices and their gradients', () => {
  test.each([
    [1, 1, 1],
    [3, 5, 2],
    [8, 8, 8],
    [17, 600, 13],
    [130, 9, 31],
    [70, 530, 131],
    [300, 300, 200],
  ])('%i x %i x %i, each stored as it is or transposed', async (rows, inner, columns) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = transposeA ? `${inner}x${rows}` : `${rows}x${inner}`;
        const b = transposeB ? `${columns}x${inner}` : `${inner}x${columns}`;
        await expectSameAsOthers({ shapes: [a, b], run: (x, y) => tf.matMul(x, y, transposeA, transposeB) });
      }
    }
  });

  test('a sum over nothing is zero', async () => {
    await expectSameAsOthers({ shapes: ['6x0', '0x4'], run: (a, b) => tf.matMul(a, b), differentiate: false });
  });

  test.each([
    ['4x3x5', '4x5x2', true],
    ['2x3x4x5', '2x3x5x6', true],
    ['4x3x5', '1x5x2', false],
    ['1x3x5', '4x5x2', false],
    ['3x5', '4x5x2', false],
  ])('batches of %s and %s', async (a, b, differentiate) => {
    await expectSameAsOthers({ shapes: [a, b], run: (x, y) => tf.matMul(x, y), differentiate });
    const turned = b.replace(/(\d+)x(\d+)$/, '$2x$1');
    await expectSameAsOthers({ shapes: [a, turned], run: (x, y) => tf.matMul(x, y, false, true), differentiate });
  });

  test('batches that broadcast both ways', async () => {
    const inParts = (x: tf.Tensor, y: tf.Tensor) => {
      const [left, right] = [tf.unstack(tf.reshape(x, [2, 3, 4])), tf.unstack(tf.reshape(y, [3, 4, 2]))];
      return tf.stack(left.map((a) => tf.stack(right.map((b) => tf.matMul(a, b)))));
    };
    const run = (x: tf.Tensor, y: tf.Tensor) => tf.concat([tf.matMul(x, y), tf.neg(inParts(x, y))], 0);
    const difference = (x: tf.Tensor, y: tf.Tensor) => tf.sum(run(x, y), 0);
    const comparison = { shapes: ['2x1x3x4', '1x3x4x2'], run: difference, differentiate: false };
    expect(await largestDifference(comparison, 'wasm')).toBe(0);
  });

  test('with bias and activation', async () => {
    const run = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) => tf.fused.matMul({ a, b, bias, activation: 'relu' });
    await expectSameAsOthers({ shapes: ['5x7', '7x4', '4'], run });
  });

  test('dot', async () => {
    const run = (a: tf.Tensor, b: tf.Tensor) => tf.dot(a as tf.Tensor2D, b as tf.Tensor1D);
    await expectSameAsOthers({ shapes: ['4x6', '6'], run });
  });
});

describe('einsum', () => {
  test.each([
    ['ij->ji', ['3x4']],
    ['ij->', ['3x4']],
    ['ijk->k', ['3x4x2']],
    ['i,j->ji', ['3', '4']],
    ['ij,jk->ik', ['3x4', '4x5']],
    ['ij,ij->', ['3x4', '3x4']],
    ['bij,bjk->bik', ['2x3x4', '2x4x5']],
    ['bhwc,cd->bhwd', ['2x3x4x5', '5x6']],
    ['abc,cad->bd', ['2x3x4', '4x2x5']],
  ])('%s', async (equation, shapes) => {
    await expectSameAsOthers({ shapes, run: (...operands) => tf.einsum(equation, ...operands), differentiate: false });
  });
});
