import { createRandom } from '@deflow/images';
import { tensor4d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { enlargeBilinear } from './enlarge-bilinear.ts';

test('twice the size: 3/4 of the nearest and 1/4 of the next sample, borders repeated', async () => {
  const row = tensor4d([0, 4, 8], [1, 1, 3, 1]);
  expect([...(await enlargeBilinear(row, 2).data())].slice(0, 6)).toEqual([0, 1, 3, 5, 7, 8]);
});

test('a plane stays a plane inside', async () => {
  const [height, width] = [5, 7];
  const plane = Float32Array.from({ length: height * width }, (_, i) => 2 * Math.floor(i / width) - (i % width));
  const scale = 4;
  const big = await enlargeBilinear(tensor4d(plane, [1, height, width, 1]), scale).data();
  for (let y = scale; y < (height - 1) * scale; y++) {
    for (let x = scale; x < (width - 1) * scale; x++) {
      const wanted = 2 * ((y + 0.5) / scale - 0.5) - ((x + 0.5) / scale - 0.5);
      expect(big[y * width * scale + x]).toBeCloseTo(wanted, 4);
    }
  }
});

test('images and channels do not mix', async () => {
  const values = createRandom(1).uniforms(2 * 3 * 4 * 5);
  const all = await enlargeBilinear(tensor4d(values, [2, 3, 4, 5]), 2).data();
  const one = values.filter((_, i) => i >= 60 && i % 5 === 3);
  const alone = await enlargeBilinear(tensor4d(one, [1, 3, 4, 1]), 2).data();
  alone.forEach((value, i) => {
    expect(all[240 + 5 * i + 3]).toBeCloseTo(value, 6);
  });
});
