import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom, type Image } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import { describe, expect, it } from 'vitest';
import { flatPatchStatistics, NoPatchesError } from '../index.ts';

const photos = fileURLToPath(new URL('../../../../../shared/photos/', import.meta.url));
const readFolder = (folder: string) => Promise.all(readdirSync(folder).map((name) => readImage(folder + name)));

/** A ramp of brightness `mean` with normal noise; `mix` of it is shared by the channels, and it may be smoothed along rows. */
function noisyRamp({ std = 10, mean = 128, shared = 0, smooth = false, seed = 1, width = 240, height = 240 } = {}) {
  const random = createRandom(seed);
  const data = new Float64Array(width * height * 3);
  const own = Math.sqrt(1 - shared);
  let before = [random.normal(), random.normal(), random.normal()];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const common = random.normal() * Math.sqrt(shared);
    const now = [0, 1, 2].map(() => common + own * random.normal());
    for (let channel = 0; channel < 3; channel++) {
      const noise = smooth ? (now[channel]! + before[channel]!) * Math.SQRT1_2 : now[channel]!;
      data[pixel * 3 + channel] = (mean + 0.02 * (pixel % width) + std * noise) / 255;
    }
    before = now;
  }
  return { width, height, channels: 3, data } satisfies Image;
}

describe('flatPatchStatistics', () => {
  it('finds level and shape of white noise', () => {
    const { std, correlationHorizontal, correlationVertical, channelCorrelation, kurtosis, patches } =
      flatPatchStatistics([noisyRamp({ std: 10 })]);
    expect(std).toBeGreaterThan(9.7);
    expect(std).toBeLessThan(10.2);
    expect(Math.abs(correlationHorizontal)).toBeLessThan(0.05);
    expect(Math.abs(correlationVertical)).toBeLessThan(0.05);
    expect(Math.abs(channelCorrelation.rg)).toBeLessThan(0.05);
    expect(kurtosis).toBeCloseTo(3, 0.7);
    expect(patches).toBe(60);
  });

  it('finds correlation between neighbours and between channels', () => {
    const { correlationHorizontal, correlationVertical, channelCorrelation } = flatPatchStatistics([
      noisyRamp({ shared: 0.6, smooth: true }),
    ]);
    expect(correlationHorizontal).toBeGreaterThan(0.4);
    expect(correlationHorizontal).toBeLessThan(0.52);
    expect(Math.abs(correlationVertical)).toBeLessThan(0.1);
    for (const value of Object.values(channelCorrelation)) expect(value).toBeCloseTo(0.6, 1);
  });

  it('sorts levels by brightness and leaves empty bins open', () => {
    const { brightness, perPictureStd } = flatPatchStatistics([
      noisyRamp({ mean: 40, std: 8 }),
      noisyRamp({ mean: 175, std: 4, seed: 2 }),
    ]);
    expect(brightness[0]).toBeCloseTo(8, 0);
    expect(brightness[1]).toBeNaN();
    expect(brightness[2]).toBeNaN();
    expect(brightness[3]).toBeCloseTo(4, 0);
    expect(perPictureStd.mean).toBeCloseTo(6, 0);
    expect(perPictureStd.sd).toBeCloseTo(2, 0);
  });

  it('is the same for 8 bit, 16 bit, alpha and float samples', () => {
    const { width, height, data } = noisyRamp({ std: 12 });
    const bytes = Uint8Array.from(data, (sample) => Math.round(sample * 255));
    const alpha = new Uint16Array(width * height * 4).fill(65535);
    bytes.forEach((sample, i) => {
      alpha[Math.floor(i / 3) * 4 + (i % 3)] = sample * 257;
    });
    const expected = flatPatchStatistics([{ width, height, channels: 3, data: bytes }]);
    expect(flatPatchStatistics([{ width, height, channels: 4, data: alpha }])).toEqual(expected);
    const floats = Float64Array.from(bytes, (sample) => sample / 255);
    expect(flatPatchStatistics([{ width, height, channels: 3, data: floats }]).std).toBeCloseTo(expected.std, 9);
  });

  it('counts a grey picture as three equal channels', () => {
    const { data } = noisyRamp();
    const grey = Float32Array.from({ length: 240 * 240 }, (_, i) => data[i * 3]!);
    const { channelCorrelation } = flatPatchStatistics([{ width: 240, height: 240, channels: 1, data: grey }]);
    expect(channelCorrelation.rg).toBeCloseTo(1, 12);
  });

  it('names what is missing when nothing can be measured', () => {
    expect(() => flatPatchStatistics([])).toThrow(NoPatchesError);
    expect(() => flatPatchStatistics([noisyRamp({ width: 1, height: 1 })])).toThrow(/12x12/);
    expect(() => flatPatchStatistics([noisyRamp({ mean: 252, std: 1 })])).toThrow(NoPatchesError);
  });

  describe.skipIf(!existsSync(photos))('on the photographs of ../shared (skipped where they are not)', () => {
    it('gives the published row of the noisy folder', async () => {
      const found = flatPatchStatistics(await readFolder(`${photos}noisy/`));
      expect(found.std).toBeCloseTo(14.08, 2);
      expect(found.correlationHorizontal).toBeCloseTo(0.456, 3);
      expect(found.correlationVertical).toBeCloseTo(0.467, 3);
      expect(Object.values(found.channelCorrelation).map((value) => value.toFixed(2))).toEqual([
        '0.73',
        '0.72',
        '0.68',
      ]);
      expect(found.kurtosis).toBeCloseTo(3.16, 2);
      expect(found.brightness.map((value) => value.toFixed(1))).toEqual(['15.7', '15.1', '12.4', '10.6']);
      expect(Object.values(found.texture).map((value) => value.toFixed(1))).toEqual(['5.2', '6.0', '7.1']);
      expect(found.perPictureStd.mean).toBeCloseTo(14.1, 1);
      expect(found.perPictureStd.sd).toBeCloseTo(3.1, 1);
    });

    it('finds little noise in the clean folder', async () => {
      const { std } = flatPatchStatistics(await readFolder(`${photos}clean/`));
      expect(std).toBeLessThan(3);
    });
  });
});
