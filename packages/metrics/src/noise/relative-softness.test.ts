import { createRandom, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { NoPatchesError, relativeSoftness } from '../index.ts';
import { gaussianBlur } from './gaussian-blur.ts';

const [width, height] = [192, 144];

/** Overlapping rectangles of grey with hard edges on a smooth ground, blurred by `sigma`, with white noise. */
function scene(seed: number, { sigma = 0, noise = 0 } = {}): Image {
  const random = createRandom(seed);
  let grey = new Float64Array(width * height).map((_, i) => 110 + (i % width) / 10);
  for (let count = 0; count < 60; count++) {
    const [left, top] = [random.integer(width), random.integer(height / 2)];
    const [right, bottom] = [left + 4 + random.integer(30), top + 4 + random.integer(30)];
    const level = 40 + 170 * random.uniform();
    for (let y = top; y < Math.min(bottom, height); y++) {
      for (let x = left; x < Math.min(right, width); x++) grey[y * width + x] = level;
    }
  }
  if (sigma > 0) grey = gaussianBlur(grey, width, height, sigma) as Float64Array<ArrayBuffer>;
  const data = Float64Array.from(grey, (value) => (value + noise * random.normal()) / 255);
  return { width, height, channels: 1, data };
}

const scenes = (first: number, options?: { sigma?: number; noise?: number }) =>
  Array.from({ length: 6 }, (_, i) => scene(first + i, options));

describe('relativeSoftness', () => {
  it.each([0.5, 0.8, 1.5])('finds a blur of %f pixels', (sigma) => {
    // The bisection ends within 0.01.
    expect(Math.abs(relativeSoftness(scenes(1), scenes(1, { sigma })) - sigma)).toBeLessThan(0.02);
  });

  it('finds it under noise, and in other scenes', () => {
    // Leftover noise and chance weigh more: a tenth of a pixel here.
    expect(Math.abs(relativeSoftness(scenes(1), scenes(1, { sigma: 0.8, noise: 10 })) - 0.8)).toBeLessThan(0.1);
    expect(Math.abs(relativeSoftness(scenes(1), scenes(20, { sigma: 0.8, noise: 10 })) - 0.8)).toBeLessThan(0.25);
  });

  it('is 0 where the second set is as sharp, or sharper', () => {
    expect(relativeSoftness(scenes(1), scenes(1))).toBe(0);
    expect(relativeSoftness(scenes(1, { sigma: 1 }), scenes(1))).toBe(0);
  });

  it('refuses sets without usable patches by name', () => {
    expect(() => relativeSoftness([], scenes(1))).toThrow(NoPatchesError);
    const black = { ...scene(1), data: new Float64Array(width * height) };
    expect(() => relativeSoftness(scenes(1), [black])).toThrow(NoPatchesError);
  });
});
