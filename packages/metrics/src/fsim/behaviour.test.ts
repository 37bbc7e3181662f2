import { createRandom, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
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
  it.each([1, 2, 8, 7, 23, 60, 105, 161])('of %i samples are the sum they stand for', (length) => {
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
    fourierTransform(length)({ real, imaginary });
    expected.forEach(([a, b], k) => {
      expect(real[k]).toBeCloseTo(a!, 11);
      expect(imaginary[k]).toBeCloseTo(b!, 11);
    });
  });

  it('of planes can be undone', () => {
    const random = createRandom(1);
    const real = Float64Array.from({ length: 6 * 8 }, () => random.normal());
    const values = { real: real.slice(), imaginary: real.map((value) => 2 * value) };
    const { forward, inverse } = planeTransforms(6, 8);
    forward(values);
    expect(values.real[0]).toBeCloseTo(
      real.reduce((sum, value) => sum + value, 0),
      11,
    );
    inverse(values);
    real.forEach((value, i) => {
      expect(values.real[i]).toBeCloseTo(value, 12);
      expect(values.imaginary[i]).toBeCloseTo(2 * value, 12);
    });
  });
});
