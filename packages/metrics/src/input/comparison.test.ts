import { createRandom, DeFlowError, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import {
  AlphaChannelError,
  ImageTooSmallError,
  InvalidSampleError,
  type MeasuredImage,
  msSsim,
  psnr,
  SampleRangeError,
  SizeMismatchError,
  ssim,
} from '../index.ts';

const constant = (value: number, channels: 1 | 2 | 3 | 4 = 1, size = 32): Image<Uint8Array> => ({
  width: size,
  height: size,
  channels,
  data: new Uint8Array(size * size * channels).fill(value),
});

function noise(seed: number, size = 176): Image<Uint8Array> {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: size * size * 3 }, () => random.integer(256));
  return { width: size, height: size, channels: 3, data };
}

const measures = { psnr, ssim, msSsim } as const;

describe('comparing two images', () => {
  it.each(Object.entries(measures))('%s has an error for every kind of unusable pair', (_, measure) => {
    const image = noise(1);
    const float = { ...image, data: Float32Array.from(image.data, (value) => value / 255) };
    expect(() => measure(image, noise(2, 175))).toThrow(SizeMismatchError);
    expect(() => measure(image, constant(1, 1, 176))).toThrow(SizeMismatchError);
    expect(() => measure(constant(1, 4, 176), constant(1, 4, 176))).toThrow(AlphaChannelError);
    expect(() => measure(float, { ...float, data: Float32Array.from(image.data) })).toThrow(SampleRangeError);
    const broken = { ...float, data: float.data.slice() };
    broken.data[7] = Number.NaN;
    expect(() => measure(broken, float)).toThrow(InvalidSampleError);
    broken.data[7] = Number.POSITIVE_INFINITY;
    expect(() => measure(float, broken)).toThrow(InvalidSampleError);
    expect(() => measure(image, image, { cropBorder: 88 })).toThrow(ImageTooSmallError);
    expect(() => measure(image, image, { cropBorder: 0.5 })).toThrow(DeFlowError);
  });

  it('says how small is too small', () => {
    expect(() => ssim(constant(1, 1, 10), constant(1, 1, 10))).toThrow(ImageTooSmallError);
    expect(ssim(constant(1, 1, 7), constant(1, 1, 7), { convention: 'skimage' })).toBe(1);
    expect(() => ssim(constant(1, 1, 6), constant(1, 1, 6), { convention: 'skimage' })).toThrow(ImageTooSmallError);
    expect(() => msSsim(constant(1, 3, 160), constant(1, 3, 160))).toThrow(/161 x 161/);
    expect(msSsim(constant(1, 3, 161), constant(1, 3, 161))).toBeCloseTo(1, 12);
  });

  it('knows names only', () => {
    // @ts-expect-error an unknown convention
    expect(() => ssim(constant(1), constant(1), { convention: 'scipy' })).toThrow(/wang, matlab, basicsr/);
    // @ts-expect-error an unknown combination
    expect(() => msSsim(noise(1), noise(1), { combination: 'mean' })).toThrow(/product and sum/);
  });

  it('gives identical images the best score', () => {
    const image = noise(1);
    expect(psnr(image, image)).toBe(Number.POSITIVE_INFINITY);
    expect(psnr(image, image, { convention: 'piq' })).toBeCloseTo(80, 10);
    expect(ssim(image, image)).toBeCloseTo(1, 14);
    expect(msSsim(image, image)).toBeCloseTo(1, 14);
  });

  it('gives constant images what the formula gives', () => {
    // (2 mean mean + C1) / (mean^2 + mean^2 + C1) of 1 and 2: 10.5025 / 11.5025
    expect(ssim(constant(1), constant(2))).toBeCloseTo(10.5025 / 11.5025, 12);
    expect(psnr(constant(1), constant(2))).toBeCloseTo(20 * Math.log10(255), 12);
  });

  it('gives the same number for every way of stating the same picture', () => {
    const [image, reference] = [noise(1), noise(2)];
    const ways: ((image: Image<Uint8Array>) => MeasuredImage)[] = [
      (given) => ({ ...given, data: Uint16Array.from(given.data, (value) => value * 257) }),
      (given) => ({ ...given, data: Float64Array.from(given.data, (value) => value / 255) }),
      (given) => ({ ...given, channels: 3, data: Float32Array.from(given.data), range: 255 }),
      (given) => ({ ...given, channels: 3, data: Uint16Array.from(given.data, (value) => value * 4), range: 1020 }),
    ];
    for (const measure of Object.values(measures)) {
      const expected = measure(image, reference);
      for (const way of ways) expect(measure(way(image), way(reference))).toBeCloseTo(expected, 10);
    }
  });

  it('sees grey as three equal channels', () => {
    const grey = { ...noise(1, 64), channels: 1 as const, data: noise(1, 64).data.slice(0, 64 * 64) };
    const other = { ...grey, data: noise(2, 64).data.slice(0, 64 * 64) };
    const replicated = (image: Image<Uint8Array>): Image<Uint8Array> => ({
      ...image,
      channels: 3,
      data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => image.data[Math.floor(i / 3)]!),
    });
    for (const colour of ['rgb', 'y601', 'y601-rounded', 'rgb2gray', 'luma', 'luma-rounded'] as const)
      expect(ssim(grey, other, { colour })).toBeCloseTo(ssim(replicated(grey), replicated(other), { colour }), 10);
  });
});
