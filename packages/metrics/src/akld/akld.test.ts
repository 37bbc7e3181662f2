import { createRandom, type Image, ImageSizeError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { haveVectors, peerPair } from '../../test/vectors.ts';
import { AlphaChannelError, akld, type RangedImage, SizeMismatchError, translationConsistency } from '../index.ts';

const grey = (values: readonly number[], width: number): RangedImage => ({
  width,
  height: values.length / width,
  channels: 1,
  data: Float64Array.from(values),
  range: 1,
});

describe.skipIf(!haveVectors)('AKLD of a published pair (shared/vectors/metrics)', () => {
  it('has the numbers of the specification', async () => {
    const { image: real, reference: clean } = await peerPair('p2');
    const draw = (change: (noise: (i: number) => number, i: number) => number): RangedImage => {
      const noise = (i: number) => (real.data[i]! - clean.data[i]!) / 255;
      const data = Float64Array.from(clean.data, (value, i) =>
        Math.min(Math.max(value / 255 + change(noise, i), 0), 1),
      );
      return { ...clean, channels: 3, data, range: 1 };
    };
    const pixels = clean.width * clean.height;
    const rotated = (i: number) => (pixels - 1 - Math.floor(i / 3)) * 3 + (i % 3);
    const synthetic = [
      draw((noise, i) => 1.5 * noise(i)),
      draw((noise, i) => -0.8 * noise(i)),
      draw((noise, i) => noise(rotated(i))),
    ];
    const expected = [0.218201002307, 0.0435065371481, 0.104532022534];
    synthetic.forEach((image, i) => {
      expect(akld({ clean, real, synthetic: [image] })).toBeCloseTo(expected[i]!, 11);
    });
    const mean = expected.reduce((sum, value) => sum + value, 0) / 3;
    expect(akld({ clean, real, synthetic })).toBeCloseTo(mean, 11);
  });
});

describe('AKLD', () => {
  it('is 0 for the same noise, and the formula for another level', () => {
    const clean = grey(new Array(64).fill(0.5), 8);
    const real = grey(new Array(64).fill(0.6), 8);
    expect(akld({ clean, real, synthetic: [real] })).toBe(0);
    // Variance 4 times as large: 0.5 (4 - 1 - ln 4)
    const double = grey(new Array(64).fill(0.7), 8);
    expect(akld({ clean, real, synthetic: [double] })).toBeCloseTo(0.5 * (3 - Math.log(4)), 10);
    // No noise at all: the ratio is bounded by 0.1.
    expect(akld({ clean, real, synthetic: [clean] })).toBeCloseTo(0.5 * (0.1 - 1 - Math.log(0.1)), 10);
  });

  it('has a named outcome for what it cannot compare', () => {
    const image = grey([0, 1, 0.5, 0.25], 2);
    expect(() => akld({ clean: image, real: image, synthetic: [] })).toThrow(ImageSizeError);
    expect(() => akld({ clean: image, real: grey([0, 1], 2), synthetic: [image] })).toThrow(SizeMismatchError);
    const alpha: Image = { width: 1, height: 1, channels: 2, data: new Uint8Array(2) };
    expect(() => akld({ clean: alpha, real: alpha, synthetic: [alpha] })).toThrow(AlphaChannelError);
  });
});

describe('translation consistency', () => {
  const random = createRandom(1);
  const picture: Image<Uint8Array> = {
    width: 64,
    height: 48,
    channels: 3,
    data: Uint8Array.from({ length: 64 * 48 * 3 }, () => 64 + random.integer(128)),
  };
  const grain: Image<Uint8Array> = {
    ...picture,
    // A change of sign from pixel to pixel, which a smaller picture cannot show.
    data: picture.data.map((value, i) => value + (Math.floor(i / 3) % 2 === 0 ? 20 : -20)),
  };

  it('does not see fine grain, unless at full size', () => {
    const small = translationConsistency(picture, grain);
    const full = translationConsistency(picture, grain, { scale: 1 });
    expect(full.psnr).toBeCloseTo(20 * Math.log10(255 / 20), 6);
    expect(small.psnr).toBeGreaterThan(45);
    expect(small.ssim).toBeGreaterThan(0.98);
    expect(small.ssim).toBeGreaterThan(full.ssim);
    expect(translationConsistency(picture, picture)).toEqual({ psnr: Number.POSITIVE_INFINITY, ssim: 1 });
  });

  it('refuses other sizes', () => {
    const half = { ...picture, height: 24, data: picture.data.slice(0, 64 * 24 * 3) };
    expect(() => translationConsistency(picture, half)).toThrow(SizeMismatchError);
  });
});
