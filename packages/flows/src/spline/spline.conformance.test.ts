import { createRandom } from '@deflow/images';
import { grads, mul, sum, tensor, tensor1d, tile, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { FlowConfigurationError } from '../errors.ts';
import { quadraticRoot, rationalQuadratic, splineOutputs } from '../index.ts';
import { knotsFrom } from './knots.ts';

describe.each([4, 5, 8, 10, 64])('a spline of %i bins', (bins) => {
  const bound = 3;
  const spline = rationalQuadratic({ bins, bound });
  const random = createRandom(`spline ${bins}`);
  const numbers = random.normals(splineOutputs({ bins }));
  const output = (count: number) => tile(tensor(numbers, [1, numbers.length]), [count, 1]);
  const at = (places: readonly number[]) => tensor(places as number[], [places.length, 1]);
  const places = [-40, -3.5, -bound, -2.9999, -1, -0.1, 0, 0.7, 1.9, 2.9999, bound, 3.0001, 40];

  test('T8: comes back, inside, at the borders and outside', () => {
    const { z, logDet } = spline.forward(at(places), output(places.length));
    const back = spline.inverse(z, output(places.length));
    const [x, there, home] = [back.x.dataSync(), logDet.dataSync(), back.logDet.dataSync()];
    places.forEach((place, i) => {
      expect(Math.abs(x[i] - place)).toBeLessThan(1e-3);
      expect(Math.abs(there[i] + home[i])).toBeLessThan(bins < 64 ? 2e-3 : 2e-2);
      if (Math.abs(place) > bound) expect([there[i] + 0, z.dataSync()[i]]).toEqual([0, Math.fround(place)]);
    });
  });

  test('T8: is monotone and continuous, its slope the exponential of logDet', () => {
    const step = 1e-3;
    const line = Array.from({ length: 201 }, (_, i) => -3.2 + 0.032 * i);
    const around = (shift: number) => spline.forward(at(line.map((place) => place + shift)), output(201)).z.dataSync();
    const [low, high] = [around(-step / 2), around(step / 2)];
    const slopes = spline.forward(at(line), output(201)).logDet.dataSync();
    const errors = Array.from(low, (value, i) => {
      expect(high[i]).toBeGreaterThan(value);
      return Math.abs((high[i] - value) / step / Math.exp(slopes[i]) - 1);
    }).sort((a, b) => a - b);
    expect(errors[100]).toBeLessThan(0.02);
  });

  test('T8: comes back at all knots, and goes on without a jump at the borders', () => {
    const { x } = knotsFrom(tensor(numbers, [1, 1, numbers.length]), bins, bound, 'durkan');
    const knots = [...x.dataSync(), bound];
    const back = spline.inverse(spline.forward(at(knots), output(knots.length)).z, output(knots.length)).x.dataSync();
    knots.forEach((knot, i) => {
      expect(Math.abs(back[i] - knot)).toBeLessThan(1e-3);
    });
    const around = [-bound - 1e-5, -bound + 1e-5, bound - 1e-5, bound + 1e-5];
    const z = spline.forward(at(around), output(4)).z.dataSync();
    for (const i of [0, 2]) expect(Math.abs(z[i + 1] - z[i])).toBeLessThan(1e-3);
  });

  test('T8: is the identity for zeros', () => {
    const { z, logDet } = spline.forward(at(places), zeros([places.length, numbers.length]));
    places.forEach((place, i) => {
      expect(Math.abs(z.dataSync()[i] - place)).toBeLessThan(5e-5);
      expect(Math.abs(logDet.dataSync()[i])).toBeLessThan(5e-5);
    });
  });

  test('T10: has finite gradients where all inputs lie outside or on the border', () => {
    for (const outside of [
      [-9, 8, 100],
      [bound, -bound, bound],
    ]) {
      for (const direction of ['forward', 'inverse'] as const) {
        const loss = (x: ReturnType<typeof at>, raw: ReturnType<typeof output>) => {
          if (direction === 'inverse') return sum(mul(spline.inverse(x, raw).logDet, tensor1d([1, 2, 3])));
          const { z, logDet } = spline.forward(x, raw);
          return sum(mul(sum(z, 1), logDet));
        };
        for (const gradient of grads(loss as never)([at(outside), output(3)])) {
          expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
        }
      }
    }
  });
});

test('T9: quadratic roots, and their gradients, are finite where both roots meet', () => {
  const [a, b, c] = [tensor1d([-1, 1, -1, 1, 0]), tensor1d([4, -4, 2, -2, 2]), tensor1d([-3, 3, -1, 1, -3])];
  const wanted = [1, 3, 1, 1, 1.5];
  quadraticRoot(a, b, c)
    .dataSync()
    .forEach((root, i) => {
      expect(Math.abs(root - wanted[i])).toBeLessThan(1e-5);
    });
  for (const gradient of grads((a, b, c) => sum(quadraticRoot(a, b, c)))([a, b, c])) {
    expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  }
});

test('a spline without bins or box is refused', () => {
  expect(() => rationalQuadratic({ bins: 1 })).toThrow(FlowConfigurationError);
  expect(() => rationalQuadratic({ bound: 0 })).toThrow(FlowConfigurationError);
});
