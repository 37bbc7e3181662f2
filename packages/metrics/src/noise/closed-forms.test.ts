import { createRandom, OptionError, type Random } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import {
  type ImagePair,
  InvalidSampleError,
  NoNoiseError,
  noiseAutocorrelation,
  noiseDivergence,
  noiseLevelFunction,
  PairSizeError,
  patchDivergence,
  type RangedImage,
} from '../index.ts';

const size = 192;

const picture = (
  sample: (x: number, y: number, channel: number) => number,
  width = size,
  height = size,
): RangedImage => ({
  width,
  height,
  channels: 3,
  range: 255,
  data: Float64Array.from({ length: width * height * 3 }, (_, i) =>
    sample(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  ),
});

const grey = picture(() => 128);
const ramp = picture((x) => 20 + (200 * x) / size);

function degraded(clean: RangedImage, noise: (random: Random, level: number) => number, seed = 1): ImagePair {
  const random = createRandom(seed);
  const data = Float64Array.from(clean.data, (value) => value + noise(random, value));
  return { clean, degraded: { ...clean, data } };
}

const white = (std: number, seed = 1, clean = grey) => degraded(clean, (random) => std * random.normal(), seed);

/** Noise of variance std^2 that keeps `keep` of its value from pixel to pixel of a row, in each channel. */
function autoregressive(std: number, keep: number, seed = 1): ImagePair {
  const random = createRandom(seed);
  const before = [0, 0, 0];
  const fresh = Math.sqrt(1 - keep * keep);
  const data = Float64Array.from(grey.data, (value, i) => {
    const first = Math.floor(i / 3) % size === 0;
    before[i % 3] = first ? random.normal() : keep * before[i % 3]! + fresh * random.normal();
    return value + std * before[i % 3]!;
  });
  return { clean: grey, degraded: { ...grey, data } };
}

describe('autocorrelation of noise', () => {
  const side = 9;
  const at = (values: Float64Array, dx: number, dy: number) => values[(dy + 4) * side + dx + 4]!;
  // Of n products the correlation has a standard error of 1 / sqrt(n) = 0.003 for white noise.
  it('of white noise is 0 but in the middle', () => {
    const { values, reach } = noiseAutocorrelation([white(10)]);
    expect([reach, values.length, at(values, 0, 0)]).toEqual([4, 81, 1]);
    values.forEach((value, i) => {
      if (i !== 40) expect(Math.abs(value)).toBeLessThan(0.015);
    });
  });

  it('of autoregressive noise falls with the power of the distance, along rows only', () => {
    const { values } = noiseAutocorrelation([autoregressive(12, 0.7), autoregressive(12, 0.7, 2)]);
    for (const distance of [1, 2, 3, 4]) {
      expect(Math.abs(at(values, distance, 0) - 0.7 ** distance)).toBeLessThan(0.02);
      expect(at(values, -distance, 0)).toBe(at(values, distance, 0));
      expect(Math.abs(at(values, 0, distance))).toBeLessThan(0.03);
    }
  });

  it('of a checkerboard alternates exactly', () => {
    const board = picture((x, y) => 128 + ((x + y) % 2 === 0 ? 3 : -3), 8, 6);
    const { values } = noiseAutocorrelation([{ clean: picture(() => 128, 8, 6), degraded: board }], { reach: 2 });
    expect([...values].map((value) => Math.round(value * 1e12) / 1e12)).toEqual(
      Array.from({ length: 25 }, (_, i) => (i % 2 === 0 ? 1 : -1)),
    );
  });

  it('knows no distance that the picture has not', () => {
    const thin = degraded(
      picture(() => 99, 64, 1),
      (random) => random.normal(),
    );
    const { values } = noiseAutocorrelation([thin], { reach: 1 });
    expect(values[1]).toBeNaN();
    expect(values[5]).toBe(values[3]);
  });
});

describe('noise by brightness', () => {
  it('of white noise is level', () => {
    const { std, slope, offset, counts, brightness } = noiseLevelFunction([white(9, 1, ramp)]);
    std.forEach((level, bin) => {
      if (counts[bin]! > 1000) expect(level / 9).toBeCloseTo(1, 1);
    });
    expect(Math.abs(slope)).toBeLessThan(0.03);
    expect(offset).toBeGreaterThan(75);
    expect(offset).toBeLessThan(87);
    expect(std[0]).toBeNaN();
    expect(brightness[8]).toBeCloseTo(136, 0);
  });

  it('finds shot noise and read noise', () => {
    const pair = degraded(ramp, (random, level) => Math.sqrt(0.5 * level + 16) * random.normal());
    const { slope, offset, std } = noiseLevelFunction([pair]);
    expect(slope / 0.5).toBeCloseTo(1, 1);
    expect(Math.abs(offset - 16)).toBeLessThan(2);
    expect(std[4]! / Math.sqrt(0.5 * 72 + 16)).toBeCloseTo(1, 1);
  });

  it('looks where nothing is clipped', () => {
    expect(() =>
      noiseLevelFunction([
        white(
          5,
          1,
          picture(() => 250),
        ),
      ]),
    ).toThrow(NoNoiseError);
    expect(noiseLevelFunction([white(5)]).slope).toBe(0);
    expect(() => noiseLevelFunction([white(5)], { bins: 1 })).toThrow(OptionError);
  });
});

describe('divergence of noise', () => {
  const normal = (real: number, synthetic: number) => {
    const ratio = (real / synthetic) ** 2;
    return 0.5 * (ratio - 1 - Math.log(ratio));
  };

  it('sample by sample is that of the normal distributions', () => {
    expect(noiseDivergence([white(20)], [white(20)])).toBe(0);
    // Classes two grey levels wide, and 1e5 samples.
    expect(noiseDivergence([white(20)], [white(20, 2)])).toBeLessThan(0.001);
    expect(noiseDivergence([white(20)], [white(30, 2)])).toBeCloseTo(normal(20, 30), 2);
    expect(noiseDivergence([white(30)], [white(20, 2)])).toBeCloseTo(normal(30, 20), 1);
    // A class that synthetic noise never reaches counts as one sample of it.
    const [zero, ten] = [white(0), { clean: grey, degraded: picture(() => 138) }];
    expect(noiseDivergence([ten], [zero])).toBeCloseTo(Math.log(size * size * 3), 12);
  });

  it('patch by patch is that of the normal distributions', () => {
    const patch = (real: number, synthetic: number) =>
      48 * normal(Math.sqrt(real ** 2 + 1 / 12), Math.sqrt(synthetic ** 2 + 1 / 12));
    // 2304 patches of 48 values: the same distribution is found 48 * 49 / 2 / 2304 = 0.5 apart.
    expect(patchDivergence([white(10)], [white(10)])).toBeCloseTo(0, 10);
    const apart = patchDivergence([white(10)], [white(10, 2)]);
    expect(apart).toBeGreaterThan(0.2);
    expect(apart).toBeLessThan(0.8);
    expect(Math.abs(patchDivergence([white(10)], [white(15, 2)]) - patch(10, 15))).toBeLessThan(0.1 * patch(10, 15));
    expect(patchDivergence([white(10)], [white(15, 2)], { size: 1 })).toBeCloseTo(patch(10, 15) / 16, 1);
  });

  it('patch by patch sees correlation, sample by sample it does not', () => {
    const [real, synthetic] = [[autoregressive(12, 0.7)], [white(12, 2)]];
    // -log det / 2 of 12 rows of 4 values that keep 0.7 of their neighbours.
    const expected = -0.5 * 12 * 3 * Math.log(1 - 0.7 ** 2);
    expect(Math.abs(patchDivergence(real, synthetic) - expected)).toBeLessThan(1);
    expect(noiseDivergence(real, synthetic)).toBeLessThan(0.01);
  });

  it('sees a change of colour', () => {
    const moved = { clean: grey, degraded: picture((_, __, channel) => 128 + channel) };
    // Means 0, 1, 2 of 16 pixels each, at the variance of rounding on both sides.
    expect(patchDivergence([moved], [{ clean: grey, degraded: grey }])).toBeCloseTo((16 * 5 * 12) / 2, 8);
  });
});

describe.each([
  ['noiseAutocorrelation', (pairs: ImagePair[]) => noiseAutocorrelation(pairs)],
  ['noiseLevelFunction', (pairs: ImagePair[]) => noiseLevelFunction(pairs)],
  ['noiseDivergence', (pairs: ImagePair[]) => noiseDivergence(pairs, pairs)],
  ['patchDivergence', (pairs: ImagePair[]) => patchDivergence(pairs, pairs)],
] as const)('%s', (_, measure) => {
  it('names what it cannot measure', () => {
    expect(() => measure([])).toThrow(NoNoiseError);
    const other = picture(() => 1, 12, 12);
    expect(() => measure([white(3), { clean: grey, degraded: other }])).toThrow(/Pair 1.*192x192.*12x12/s);
    expect(() => measure([{ clean: grey, degraded: other }])).toThrow(PairSizeError);
    const broken = { ...grey, data: grey.data.slice() };
    broken.data[5] = Number.NaN;
    expect(() => measure([{ clean: grey, degraded: broken }])).toThrow(InvalidSampleError);
  });
});
