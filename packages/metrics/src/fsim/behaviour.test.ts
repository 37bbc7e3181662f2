import { createRandom, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { complexZeros } from '../filters/complex.ts';
import { fourierTransform, planeTransforms } from '../filters/fourier.ts';
import {
  AlphaChannelError,
  fsim,
  gmsd,
  haarPsi,
  ImageTooSmallError,
  InvalidSampleError,
  mdsi,
  msGmsd,
  SizeMismatchError,
  vifp,
} from '../index.ts';
import { lowerMedian, medianIndex } from './median.ts';

function texture(seed: number, channels: 1 | 3 = 3, width = 53, height = 47): Image<Uint8Array> {
  const random = createRandom(seed);
  let level = 128;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    level += 0.05 * (128 - level) + 12 * random.normal();
    return Math.min(Math.max(level, 0), 255);
  });
  return { width, height, channels, data };
}

const constant = (value: number, channels: 1 | 2 | 3 = 3, width = 53, height = 47): Image<Uint8Array> => ({
  ...texture(1),
  channels,
  width,
  height,
  data: new Uint8Array(width * height * channels).fill(value),
});

/** Each metric with its best score and the smallest side it takes. */
const measures = [
  ['gmsd', gmsd, 0, 2],
  ['msGmsd', msGmsd, 0, 16],
  ['vifp', vifp, 1, 41],
  ['fsim', fsim, 1, 8],
  ['haarPsi', haarPsi, 1, 16],
  ['mdsi', mdsi, 0, 2],
] as const;

describe.each(measures)('%s', (_, measure, best, minimum) => {
  it('gives identical images the best score, constant ones too', () => {
    expect(measure(texture(1), texture(1))).toBeCloseTo(best, 6);
    expect(measure(texture(1, 1), texture(1, 1))).toBeCloseTo(best, 6);
    expect(measure(constant(7), constant(7))).toBeCloseTo(best, 6);
  });

  it('gives other images a worse one, however little they differ', () => {
    const [image, reference] = [texture(1), texture(2)];
    const near = { ...image, data: image.data.map((value, i) => (i % 7 === 0 ? value ^ 1 : value)) };
    const distance = (other: Image) => Math.abs(measure(other, image) - best);
    expect(distance(reference)).toBeGreaterThan(0.1);
    expect(distance(near)).toBeGreaterThan(0);
    expect(distance(near)).toBeLessThan(distance(reference));
  });

  it('has a named outcome for pairs it cannot compare', () => {
    const small = constant(1, 3, minimum - 1, 60);
    expect(() => measure(small, small)).toThrow(ImageTooSmallError);
    const least = texture(1, 3, minimum, minimum);
    expect(measure(least, least)).toBeCloseTo(best, 6);
    expect(() => measure(texture(1), texture(1, 1))).toThrow(SizeMismatchError);
    expect(() => measure(constant(1, 2), constant(1, 2))).toThrow(AlphaChannelError);
    const broken = {
      ...texture(1),
      data: Float64Array.from(texture(1).data, (v, i) => (i === 5 ? Number.NaN : v / 255)),
    };
    expect(() => measure(broken, broken)).toThrow(InvalidSampleError);
  });
});

describe('Fourier transforms', () => {
  it.each([1, 2, 3, 4, 8, 7, 22, 23, 49, 60, 105, 161, 256])('of %i samples are the sum they stand for', (length) => {
    const random = createRandom(length);
    const real = Float64Array.from({ length }, () => random.normal());
    const imaginary = Float64Array.from({ length }, () => random.normal());
    const expected = Array.from({ length }, (_, k) => {
      let [a, b] = [0, 0];
      for (let n = 0; n < length; n++) {
        const angle = (-2 * Math.PI * ((k * n) % length)) / length;
        a += real[n]! * Math.cos(angle) - imaginary[n]! * Math.sin(angle);
        b += real[n]! * Math.sin(angle) + imaginary[n]! * Math.cos(angle);
      }
      return [a, b];
    });
    // Beside a sequence of nothing, which stays nothing.
    const apart = (values: Float64Array) =>
      Float64Array.from({ length: 2 * length }, (_, i) => (i % 2 ? 0 : values[i / 2]!));
    const transformed = complexZeros(2 * length);
    const values = { real: apart(real), imaginary: apart(imaginary) };
    fourierTransform(length)({ values, start: 0, stride: 2, count: 2 }, { values: transformed, start: 0 });
    expected.forEach(([a, b], k) => {
      expect(transformed.real[k]).toBeCloseTo(a!, 11);
      expect(transformed.imaginary[k]).toBeCloseTo(b!, 11);
      expect([transformed.real[length + k]! + 0, transformed.imaginary[length + k]! + 0]).toEqual([0, 0]);
    });
  });

  it.each([
    [6, 8],
    [21, 10],
    [16, 37],
    [1, 5],
  ])('of planes of %i x %i can be undone', (width, height) => {
    const random = createRandom(1);
    const real = Float64Array.from({ length: width * height }, () => random.normal());
    const imaginary = real.map((value) => 2 * value);
    const [spectrum, again] = [complexZeros(width * height), complexZeros(width * height)];
    const { forward, inverse } = planeTransforms(width, height);
    forward({ real, imaginary }, spectrum);
    expect(spectrum.real[0]).toBeCloseTo(
      real.reduce((sum, value) => sum + value, 0),
      11,
    );
    inverse(spectrum, new Float64Array(width * height).fill(3), again);
    real.forEach((value, i) => {
      expect(again.real[i]).toBeCloseTo(3 * value, 11);
      expect(again.imaginary[i]).toBeCloseTo(6 * value, 11);
    });
  });
});

it('the lower median stands where sorting puts it', () => {
  const random = createRandom('median');
  for (let count = 1; count < 60; count++) {
    const values = Float64Array.from({ length: count }, () => random.integer(count % 3 === 0 ? 4 : 1000));
    expect(lowerMedian(values.slice())).toBe(values.toSorted()[medianIndex(count)]);
  }
});
