import { createRandom } from '@deflow/images';
import { conv2d, grads, memory, type Tensor, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { convolveEnlarged, neighbourDifferences } from './enlarged-convolution.ts';
import { nearestUpsample } from './nearest-upsample.ts';

const random = createRandom('enlarged');
const normal = (...shape: [number, number, number, number]) =>
  tensor4d(random.normals(shape.reduce((product, length) => product * length, 1)), shape);

function expectClose(got: Tensor, wanted: Tensor): void {
  expect(got.shape).toEqual(wanted.shape);
  const values = wanted.dataSync();
  const largest = Math.max(...values.map(Math.abs));
  const difference = Math.max(...got.dataSync().map((value, i) => Math.abs(value - values[i]!)));
  expect(difference / largest).toBeLessThan(5e-6);
}

test.each([
  [2, 1, 3, 4],
  [4, 2, 2, 3],
  [4, 1, 1, 1],
  [8, 1, 2, 1],
])(
  'factor %i, batch %i, %i x %i: the convolution of the enlarged image, and its gradients',
  (factor, batch, height, width) => {
    const [channels, outputs] = [5, 7];
    const x = normal(batch, height, width, channels);
    const kernel = normal(3, 3, channels, outputs);
    const dy = normal(batch, factor * height, factor * width, outputs);
    const plain = (x: Tensor, kernel: Tensor) =>
      conv2d(nearestUpsample(factor).apply(x) as Tensor4D, kernel as Tensor4D, 1, 'same');
    const quick = (x: Tensor, kernel: Tensor) =>
      convolveEnlarged(neighbourDifferences(x as Tensor4D), kernel as Tensor4D, { batch, height, width, factor });
    const before = memory().numTensors;
    tidy(() => {
      expectClose(quick(x, kernel), plain(x, kernel));
      const wanted = grads(plain)([x, kernel], dy);
      grads(quick)([x, kernel], dy).forEach((gradient, i) => {
        expectClose(gradient, wanted[i]!);
      });
    });
    expect(memory().numTensors).toBe(before);
  },
);
