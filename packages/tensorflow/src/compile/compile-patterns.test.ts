import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';

const normal = (shape: number[], seed: number, deviation = 1) => tf.randomNormal(shape, 0, deviation, 'float32', seed);
const conv = (x: tf.Tensor4D, k: tf.Tensor4D) => tf.conv2d(x, k, 1, 'same');
const pixels = (x: tf.Tensor4D) => tf.reshape(x, [-1, 8]) as tf.Tensor2D;
const matrix = (k: tf.Tensor4D) => tf.reshape(tf.slice(k, [0, 0, 0, 0], [1, 1, 8, 8]), [8, 8]) as tf.Tensor2D;
const constantKernel = () =>
  tf.tensor4d(
    Array.from({ length: 64 }, (_, i) => Math.sin(i)),
    [1, 1, 8, 8],
  );

/** Of an image x, a kernel k and a bias b. */
const cases: [string, (x: tf.Tensor4D, k: tf.Tensor4D, b: tf.Tensor1D) => tf.Tensor | readonly tf.Tensor[]][] = [
  ['div const', (x) => tf.div(x, 3)],
  ['div const tensor', (x) => tf.div(x, tf.tensor1d([3, 7, 11, 13, 17, 19, 23, 29]))],
  ['div const scalar', (x) => tf.div(x, tf.scalar(7))],
  ['mul chain', (x) => tf.mul(tf.mul(x, 0.1), 0.7)],
  ['add chain', (x) => tf.add(tf.add(x, 0.1), 0.7)],
  ['mul add', (x) => tf.add(tf.mul(x, 0.1), tf.mul(x, 0.7))],
  ['add self', (x) => tf.add(x, x)],
  ['addn', (x) => tf.addN([x, x, x, x])],
  ['sum of adds', (x) => tf.add(tf.add(tf.add(x, tf.exp(x)), tf.cos(x)), tf.sin(x))],
  [
    'pow',
    (x) => [
      tf.pow(tf.abs(x), 2),
      tf.pow(tf.abs(x), 3),
      tf.pow(tf.abs(x), 0.5),
      tf.pow(tf.abs(x), -1),
      tf.pow(tf.abs(x), -0.5),
    ],
  ],
  ['sqrt div', (x) => tf.div(1, tf.sqrt(tf.abs(x)))],
  ['div sqrt', (x) => tf.div(x, tf.sqrt(tf.abs(x)))],
  ['log softmax-ish', (x) => tf.log(tf.add(tf.exp(x), 1))],
  ['log1p', (x) => tf.log(tf.add(1, tf.abs(x)))],
  ['exp sub 1', (x) => tf.sub(tf.exp(x), 1)],
  ['conv bias', (x, k, b) => tf.add(conv(x, k), b)],
  ['conv bias relu', (x, k, b) => tf.relu(tf.add(conv(x, k), b))],
  ['conv bias leaky', (x, k, b) => tf.leakyRelu(tf.add(conv(x, k), b), 0.2)],
  ['conv bias elu', (x, k, b) => tf.elu(tf.add(conv(x, k), b))],
  ['conv bias add', (x, k, b) => tf.add(tf.add(conv(x, k), b), x)],
  ['conv bias add relu', (x, k, b) => tf.relu(tf.add(tf.add(conv(x, k), b), x))],
  ['conv mul const', (x, k) => tf.mul(conv(x, k), 0.3)],
  ['conv of mul const', (x, k) => conv(tf.mul(x, 0.3), k)],
  ['conv bn', (x, k, b) => tf.batchNorm4d(conv(x, k), b, tf.abs(b), b, b)],
  ['conv bn relu', (x, k, b) => tf.relu(tf.batchNorm4d(conv(x, k), b, tf.abs(b), b, b))],
  ['conv const kernel mul', (x) => tf.mul(conv(x, constantKernel()), 0.3)],
  ['conv const kernel add const', (x) => tf.add(conv(x, constantKernel()), 0.3)],
  ['matmul bias', (x, _, b) => tf.add(tf.matMul(pixels(x), pixels(x), false, true), tf.tile(b, [16]))],
  ['matmul bias relu', (x, k, b) => tf.relu(tf.add(tf.matMul(pixels(x), matrix(k)), b))],
  ['matmul bias tanh', (x, k, b) => tf.tanh(tf.add(tf.matMul(pixels(x), matrix(k)), b))],
  [
    'matmul bias gelu',
    (x, k, b) => {
      const y = tf.add(tf.matMul(pixels(x), matrix(k)), b);
      return tf.mul(tf.mul(y, 0.5), tf.add(1, tf.erf(tf.div(y, Math.SQRT2))));
    },
  ],
  ['swish', (x) => tf.mul(x, tf.sigmoid(x))],
  ['mish', (x) => tf.mul(x, tf.tanh(tf.softplus(x)))],
  [
    'moments norm',
    (x) => {
      const m = tf.moments(x, [1, 2], true);
      return tf.div(tf.sub(x, m.mean), tf.sqrt(tf.add(m.variance, 1e-5)));
    },
  ],
  [
    'layer norm',
    (x, _, b) => {
      const m = tf.moments(x, [3], true);
      return tf.add(tf.mul(tf.mul(tf.sub(x, m.mean), tf.rsqrt(tf.add(m.variance, 1e-5))), b), b);
    },
  ],
  ['square diff', (x, _, b) => tf.square(tf.sub(x, b))],
  ['transpose matmul', (x) => tf.matMul(tf.transpose(pixels(x)), pixels(x))],
  ['mul matmul', (x) => tf.mul(tf.matMul(pixels(x), pixels(x), false, true), 0.125)],
  [
    'attention',
    (x) => {
      const y = tf.reshape(x, [2, 64, 8]) as tf.Tensor3D;
      return tf.matMul(tf.softmax(tf.mul(tf.matMul(y, y, false, true), 0.35)), y);
    },
  ],
  [
    'pad conv',
    (x, k) =>
      tf.conv2d(
        tf.pad(x, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ]) as tf.Tensor4D,
        k,
        1,
        'valid',
      ),
  ],
  [
    'pad conv stride',
    (x, k) =>
      tf.conv2d(
        tf.pad(x, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ]) as tf.Tensor4D,
        k,
        2,
        'valid',
      ),
  ],
  ['concat relu', (x, k, b) => tf.concat([tf.relu(tf.add(conv(x, k), b)), x, tf.sigmoid(conv(x, k))], 3)],
  ['sum mean', (x) => [tf.sum(tf.square(x)), tf.mean(tf.abs(x)), tf.sum(tf.mul(x, 0.1), [1, 2])]],
  ['max', (x) => tf.maximum(tf.mul(x, 0.2), x)],
  ['clip', (x) => tf.clipByValue(tf.mul(x, 3), -1, 1)],
  [
    'grad conv bias',
    (x, k, b) =>
      tf.grads((k: tf.Tensor, b: tf.Tensor) =>
        tf.mean(tf.square(tf.leakyRelu(tf.add(conv(x, k as tf.Tensor4D), b), 0.1))),
      )([k, b]),
  ],
];
describe('patterns that graph optimisers rewrite keep their bits', () => {
  it.each(cases)('%s', (_, fn) => {
    const inputs = [normal([2, 8, 8, 8], 1), normal([3, 3, 8, 8], 2, 0.1), normal([8], 3)] as Parameters<typeof fn>;
    const eager = [tf.tidy(() => fn(...inputs) as tf.Tensor)].flat();
    const compiled = compile(fn);
    const results = [compiled(...inputs)].flat() as tf.Tensor[];
    for (const [index, result] of results.entries()) expect(result.dataSync()).toEqual(eager[index]!.dataSync());
    compiled.dispose();
    tf.dispose([...inputs, ...eager, ...results]);
  });
});
