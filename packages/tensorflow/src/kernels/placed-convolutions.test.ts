import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import { describeNative } from '../compile/testing/native-only.ts';

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** The largest difference, relative to the largest value. */
const deviation = (a: tf.Tensor, b: tf.Tensor) =>
  tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!);

function convolved(x: tf.Tensor, filter: tf.Tensor, weights: tf.Tensor) {
  const f = (x: tf.Tensor, filter: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
  return [f(x, filter), ...tf.grads(f)([x, filter], weights)];
}

describeNative('convolutions of small maps under XLA', () => {
  it.each([
    { map: [3, 2, 2, 5], kernel: [3, 3], outputs: 7 },
    { map: [2, 4, 4, 2], kernel: [3, 3], outputs: 16 },
    { map: [2, 2, 3, 4], kernel: [3, 5], outputs: 3 },
    { map: [2, 1, 1, 4], kernel: [3, 3], outputs: 3 },
    { map: [1, 5, 3, 2], kernel: [5, 3], outputs: 2 },
    { map: [2, 4, 4, 64], kernel: [3, 3], outputs: 64 },
    { map: [2, 6, 6, 3], kernel: [3, 3], outputs: 4 },
  ])('$map with $kernel to $outputs: the value and both gradients', ({ map, kernel, outputs }) => {
    const x = normal(map, 1);
    const filter = normal([...kernel, map[3]!, outputs], 2);
    const weights = normal([...map.slice(0, 3), outputs], 3);
    const fast = compile(convolved, { xla: true })(x, filter, weights);
    for (const [i, exact] of convolved(x, filter, weights).entries()) {
      expect(fast[i]!.shape).toEqual(exact.shape);
      expect(deviation(fast[i]!, exact)).toBeLessThan(1e-6);
    }
  });

  it('convolutions that are not so are what they were: strides, dilations, no padding, even kernels', () => {
    const f = (x: tf.Tensor4D, filter: tf.Tensor4D, even: tf.Tensor4D) => [
      tf.conv2d(x, filter, 2, 'same'),
      tf.conv2d(x, filter, 1, 'valid'),
      tf.conv2d(x, filter, 1, 'same', 'NHWC', 2),
      tf.conv2d(x, even, 1, 'same'),
    ];
    const inputs = [normal([2, 4, 4, 3], 1), normal([3, 3, 3, 5], 2), normal([2, 2, 3, 5], 3)] as tf.Tensor4D[];
    const [x, filter, even] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const fast = compile(f, { xla: true })(x, filter, even);
    for (const [i, exact] of f(x, filter, even).entries()) expect(deviation(fast[i]!, exact)).toBeLessThan(1e-6);
  });
});
