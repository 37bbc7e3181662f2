import { grad, memory, mul, square, sub, sum, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ImageChannelsError, ImageSizeError } from './errors.ts';
import type { Image } from './image.ts';
import { createRandom } from './random.ts';
import { resize } from './resize/resize.ts';
import { fromTensor, resizeTensor, toTensor } from './tensors.ts';

const picture = (width: number, height: number, channels: Image['channels'], seed = 1): Image<Float32Array> => ({
  width,
  height,
  channels,
  data: createRandom(seed).uniforms(width * height * channels),
});

describe('toTensor and fromTensor', () => {
  it('keep values, order and shape of a batch', async () => {
    const images = [picture(5, 3, 3, 1), picture(5, 3, 3, 2)];
    const before = memory().numTensors;
    const tensor = toTensor(images);
    expect(tensor.shape).toEqual([2, 3, 5, 3]);
    expect(await fromTensor(tensor)).toEqual(images);
    expect(memory().numTensors).toBe(before + 1);
    tensor.dispose();
  });

  it('divide integers by white', async () => {
    const eight = toTensor({ width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 51, 255) });
    const sixteen = toTensor({ width: 2, height: 1, channels: 1, data: Uint16Array.of(0, 65535) });
    expect([...eight.dataSync()]).toEqual([0, Math.fround(0.2), 1]);
    expect([...sixteen.dataSync()]).toEqual([0, 1]);
    eight.dispose();
    sixteen.dispose();
  });

  it('name images of different shapes, an empty list, and channels that no image has', async () => {
    expect(() => toTensor([picture(2, 2, 3), picture(2, 3, 3)])).toThrow(/Image 1 is 2 x 3 x 3/);
    expect(() => toTensor([])).toThrow(ImageSizeError);
    const features = tensor4d(new Float32Array(5), [1, 1, 1, 5]);
    await expect(fromTensor(features)).rejects.toThrow(ImageChannelsError);
    features.dispose();
  });
});

describe('resizeTensor', () => {
  it.each([
    [0.25, 21, 16],
    [0.5, 7, 9],
    [4, 6, 5],
    [1.5, 5, 8],
  ])('x%d of %d x %d equals resize of the image to 2e-6', async (scale, width, height) => {
    const images = [picture(width, height, 3, 1), picture(width, height, 3, 2)];
    const before = memory().numTensors;
    const resized = tidy(() => resizeTensor(toTensor(images), scale));
    expect(memory().numTensors).toBe(before + 1);
    const results = await fromTensor(resized);
    resized.dispose();
    images.forEach((image, index) => {
      const expected = resize(image, { scale });
      const result = results[index]!;
      expect([result.width, result.height]).toEqual([expected.width, expected.height]);
      expect(Math.max(...expected.data.map((v, i) => Math.abs(v - result.data[i]!)))).toBeLessThan(2e-6);
    });
  });

  it('has the gradient of a linear map: <A x, y> = <x, A* y>, and of a square against differences', () => {
    const before = memory().numTensors;
    tidy(() => {
      const x = toTensor([picture(9, 8, 2, 1), picture(9, 8, 2, 2)]);
      const y = toTensor([picture(3, 2, 2, 3), picture(3, 2, 2, 4)]);
      const adjoint = grad((input) => sum(mul(resizeTensor(input as Tensor4D, 0.25), y)))(x);
      const left = sum(mul(resizeTensor(x, 0.25), y)).dataSync()[0]!;
      const right = sum(mul(x, adjoint)).dataSync()[0]!;
      expect(Math.abs(left - right)).toBeLessThan(1e-5 * Math.abs(left));
      const loss = (input: Tensor4D) => sum(square(sub(resizeTensor(input, 0.25), y)));
      const slope = grad((input) => loss(input as Tensor4D))(x).dataSync();
      const values = x.dataSync();
      for (const at of [0, 37, 200, 287]) {
        const moved = (by: number) => tensor4d(values.map((v, i) => (i === at ? v + by : v)) as Float32Array, x.shape);
        const difference = loss(moved(0.5)).dataSync()[0]! - loss(moved(-0.5)).dataSync()[0]!;
        expect(Math.abs(difference - slope[at]!)).toBeLessThan(2e-4);
      }
    });
    expect(memory().numTensors).toBe(before);
  });
});
