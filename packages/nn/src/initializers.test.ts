import { createRandom } from '@deflow/images';
import { describe, expect, test } from 'vitest';
import {
  constant,
  fanIn,
  type Initializer,
  kaimingNormal,
  kaimingUniform,
  normal,
  pyTorchDefault,
  uniform,
  zeros,
} from './initializers.ts';
import { orthogonal } from './orthogonal.ts';

const shape = [3, 3, 16, 64];
const draw = (start: Initializer) => start(shape, createRandom('weights'));
const moments = (values: Float64Array) => ({
  largest: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
  deviation: Math.sqrt(values.reduce((total, value) => total + value ** 2, 0) / values.length),
});

test('zeros and constant', () => {
  expect([...zeros()([2, 2], createRandom(1))]).toEqual([0, 0, 0, 0]);
  expect([...constant(0.5)([3], createRandom(1))]).toEqual([0.5, 0.5, 0.5]);
});

// 9,216 draws: the standard deviation is known to 0.75 %, four times that is accepted.
test.each<[string, Initializer, number]>([
  ['normal', normal(0.05), 0.05],
  ['uniform', uniform(0.3), 0.3 / Math.sqrt(3)],
  ['kaimingNormal', kaimingNormal(), Math.sqrt(2 / 144)],
  ['kaimingNormal for slope 0.2, gain 0.1', kaimingNormal({ slope: 0.2, gain: 0.1 }), 0.1 * Math.sqrt(2 / 1.04 / 144)],
  ['kaimingUniform', kaimingUniform(), Math.sqrt(2 / 144)],
  ['pyTorchDefault', pyTorchDefault(), 1 / Math.sqrt(3 * 144)],
])('%s has its standard deviation', (_, start, expected) => {
  expect(Math.abs(moments(draw(start)).deviation / expected - 1)).toBeLessThan(0.03);
});

test('pyTorchDefault stays within 1 / sqrt(fanIn) and reaches it', () => {
  const { largest } = moments(draw(pyTorchDefault()));
  expect(fanIn(shape)).toBe(144);
  expect(largest).toBeLessThanOrEqual(1 / 12 + 1e-15);
  expect(largest).toBeGreaterThan(0.99 / 12);
});

test('the same seed gives the same values, another seed others', () => {
  const start = kaimingNormal();
  expect(start(shape, createRandom(1))).toEqual(start(shape, createRandom(1)));
  expect(start(shape, createRandom(1))).not.toEqual(start(shape, createRandom(2)));
});

test('vectors have no fan-in', () => {
  expect(() => kaimingNormal()([4], createRandom(1))).toThrow('shape [4] has no fan-in');
});

describe('orthogonal', () => {
  test.each([
    [[1, 1, 8, 8], 1],
    [[3, 3, 4, 10], 0.2],
    [[5, 12], 2],
  ])('of shape %o and gain %f', (size, gain) => {
    const values = orthogonal(gain)(size, createRandom(3));
    const [rows, columns] = [fanIn(size), size[size.length - 1]!];
    const tall = rows >= columns;
    const at = (vector: number, i: number) => values[tall ? i * columns + vector : vector * columns + i]!;
    const [count, length] = tall ? [columns, rows] : [rows, columns];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
        expect(product).toBeCloseTo(a === b ? gain ** 2 : 0, 12);
      }
    }
  });
});
