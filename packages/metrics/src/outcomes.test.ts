import { createRandom, type Image, ImageSizeError, OptionError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import {
  AlphaChannelError,
  akld,
  type BrisqueModel,
  brisque,
  FlatImageError,
  fitNiqe,
  flatPatchStatistics,
  fsim,
  gmsd,
  haarPsi,
  ImageTooSmallError,
  InvalidSampleError,
  type MeasuredImage,
  mdsi,
  msGmsd,
  msSsim,
  NoNoiseError,
  NoPatchesError,
  niqe,
  noiseAutocorrelation,
  noiseDivergence,
  noiseLevelFunction,
  PairSizeError,
  pairStatistics,
  patchDivergence,
  piqe,
  psnr,
  SampleRangeError,
  SizeMismatchError,
  sceneFeatures,
  ssim,
  TooFewBlocksError,
  translationConsistency,
  vifp,
} from './index.ts';

const size = 200;

function picture(seed: number, width = size, height = size, channels: 1 | 3 = 3): Image<Uint8Array> {
  const random = createRandom(seed);
  let level = 128;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    level += 0.05 * (128 - level) + 12 * random.normal();
    return Math.min(Math.max(level, 0), 255);
  });
  return { width, height, channels, data };
}

const constant = (value: number, channels: Image['channels'] = 3, width = size, height = size): Image<Uint8Array> => ({
  width,
  height,
  channels,
  data: new Uint8Array(width * height * channels).fill(value),
});

const image = picture(1);
const reference = picture(2);
const floats = (source: Image, change: (value: number, i: number) => number): Image<Float64Array> => ({
  ...source,
  data: Float64Array.from(source.data, (value, i) => change(value / 255, i)),
});
const withNaN = floats(image, (value, i) => (i === 77 ? Number.NaN : value));
const infinite = floats(image, (value, i) => (i === 78 ? Number.NEGATIVE_INFINITY : value));
/** 0..255 in floats, whose white is 1. */
const overRange = floats(image, (value) => value * 255);
const alpha = constant(9, 4);

const model = fitNiqe([picture(3), picture(4), picture(5)]);
const svr: BrisqueModel = {
  gamma: 0.05,
  rho: -10,
  coefficients: Float64Array.of(3),
  vectors: new Float64Array(36),
  minimum: new Float64Array(36).fill(-1),
  maximum: new Float64Array(36).fill(1),
};

interface PairRow {
  readonly measure: (image: MeasuredImage, reference: MeasuredImage) => number;
  /** Of identical images, constant ones too. */
  readonly best: number;
  /** Of a constant 100 beside a constant 120, where a formula gives it. */
  readonly constants?: number;
  /** The smallest side; one pixel less is an ImageTooSmallError. */
  readonly minimum: number;
}

const luminance = (c1: number) => (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1);

const pairs: Record<string, PairRow> = {
  psnr: { measure: psnr, best: Number.POSITIVE_INFINITY, constants: 20 * Math.log10(255 / 20), minimum: 1 },
  'psnr (piq)': { measure: (a, b) => psnr(a, b, { convention: 'piq' }), best: 80, minimum: 1 },
  ssim: { measure: ssim, best: 1, constants: luminance(6.5025), minimum: 11 },
  'ssim (skimage)': {
    measure: (a, b) => ssim(a, b, { convention: 'skimage' }),
    best: 1,
    constants: luminance(6.5025),
    minimum: 7,
  },
  msSsim: { measure: msSsim, best: 1, constants: luminance(6.5025) ** 0.1333, minimum: 161 },
  gmsd: { measure: gmsd, best: 0, minimum: 2 },
  msGmsd: { measure: msGmsd, best: 0, minimum: 16 },
  vifp: { measure: vifp, best: 1, constants: 1, minimum: 41 },
  fsim: { measure: fsim, best: 1, minimum: 8 },
  haarPsi: { measure: haarPsi, best: 1, minimum: 16 },
  mdsi: { measure: mdsi, best: 0, minimum: 2 },
  akld: { measure: (a, b) => akld({ clean: constant(64), real: b, synthetic: [a] }), best: 0, minimum: 0 },
  'translationConsistency, PSNR': {
    measure: (a, b) => translationConsistency(b as Image, a as Image, { scale: 1 }).psnr,
    best: Number.POSITIVE_INFINITY,
    constants: 20 * Math.log10(255 / 20),
    minimum: 11,
  },
};

describe.each(Object.entries(pairs))('%s', (name, { measure, best, constants, minimum }) => {
  const consistency = name.startsWith('translation');

  it('identical and constant images: a number', () => {
    expect(measure(image, image)).toBeCloseTo(best, 6);
    expect(measure(constant(7), constant(7))).toBeCloseTo(best, 6);
    const different = measure(constant(100), constant(120));
    expect(different).not.toBeNaN();
    expect(measure(constant(100), constant(120))).toBe(different);
    if (constants !== undefined) expect(different).toBeCloseTo(constants, 9);
  });

  it('NaN, infinity and another range: named', () => {
    for (const [broken, error] of [
      [withNaN, InvalidSampleError],
      [infinite, InvalidSampleError],
      [overRange, SampleRangeError],
    ] as const) {
      const good = floats(reference, (value) => value);
      expect(() => measure(broken, good)).toThrow(error);
      expect(() => measure(good, broken)).toThrow(error);
    }
    if (consistency) return;
    const stated = (range: number) => ({ ...reference, channels: 3 as const, range });
    for (const range of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => measure(stated(range), stated(255))).toThrow(OptionError);
    expect(() => measure(stated(50), stated(255))).toThrow(SampleRangeError);
  });

  it('size, channels, alpha, tiny images: named', () => {
    expect(() => measure(image, picture(2, size, size - 1))).toThrow(SizeMismatchError);
    expect(() => measure(image, picture(2, size, size, 1))).toThrow(SizeMismatchError);
    if (name === 'akld') return;
    expect(() => measure(alpha, alpha)).toThrow(AlphaChannelError);
    const short = { ...image, data: image.data.subarray(1) };
    expect(() => measure(short, short)).toThrow(ImageSizeError);
    const least = picture(6, minimum, minimum);
    expect(measure(least, least)).toBeCloseTo(best, 6);
    if (minimum === 1) return;
    const small = constant(1, 3, minimum - 1, size);
    expect(() => measure(small, small)).toThrow(ImageTooSmallError);
  });
});

interface ImageRow {
  readonly measure: (image: MeasuredImage) => unknown;
  /** What a constant image gives. */
  readonly flat: unknown;
  readonly minimum: number;
  /** What images a pixel smaller give. */
  readonly tiny: unknown;
}

const images: Record<string, ImageRow> = {
  niqe: { measure: (a) => niqe(a, { model }), flat: FlatImageError, minimum: 96, tiny: ImageTooSmallError },
  brisque: { measure: (a) => brisque(a, { model: svr }), flat: FlatImageError, minimum: 14, tiny: ImageTooSmallError },
  piqe: { measure: (a) => piqe(a), flat: 100, minimum: 1, tiny: ImageSizeError },
  sceneFeatures: { measure: (a) => sceneFeatures(a), flat: [], minimum: 96, tiny: ImageTooSmallError },
  fitNiqe: { measure: (a) => fitNiqe([a]), flat: TooFewBlocksError, minimum: 96, tiny: ImageTooSmallError },
};

describe.each(Object.entries(images))('%s', (_, { measure, flat, minimum, tiny }) => {
  it('constant images: a number or a name', () => {
    for (const value of [0, 128, 255]) {
      if (typeof flat === 'function') expect(() => measure(constant(value))).toThrow(flat as typeof FlatImageError);
      else expect(measure(constant(value))).toEqual(flat);
    }
  });

  it('NaN, range, alpha, tiny images: named', () => {
    expect(() => measure(withNaN)).toThrow(InvalidSampleError);
    expect(() => measure(infinite)).toThrow(InvalidSampleError);
    expect(() => measure(overRange)).toThrow(SampleRangeError);
    expect(() => measure({ ...image, channels: 3, range: 0 })).toThrow(OptionError);
    expect(() => measure({ ...image, channels: 3, range: 50 })).toThrow(SampleRangeError);
    expect(() => measure(alpha)).toThrow(AlphaChannelError);
    expect(() => measure(constant(1, 3, minimum - 1, size))).toThrow(tiny as typeof ImageTooSmallError);
  });
});

type Pair = { clean: MeasuredImage; degraded: MeasuredImage };

/** Noise statistics, with what pairs of identical images give; alpha is ignored there. */
const statistics: Record<string, { measure: (pair: Pair) => unknown; same: unknown }> = {
  pairStatistics: { measure: (pair) => pairStatistics([pair]).low, same: 0 },
  noiseAutocorrelation: { measure: (pair) => noiseAutocorrelation([pair]), same: NoNoiseError },
  noiseLevelFunction: { measure: (pair) => noiseLevelFunction([pair]), same: NoNoiseError },
  noiseDivergence: { measure: (pair) => noiseDivergence([pair], [pair]), same: 0 },
  patchDivergence: { measure: (pair) => patchDivergence([pair], [pair]), same: 0 },
};

describe.each(Object.entries(statistics))('%s', (_, { measure, same }) => {
  it('identical images: a number or a name', () => {
    const pair = { clean: image, degraded: image };
    if (typeof same === 'function') expect(() => measure(pair)).toThrow(same as typeof NoNoiseError);
    else expect(measure(pair)).toBeCloseTo(same as number, 10);
  });

  it('NaN, range, size: named; alpha: ignored', () => {
    expect(() => measure({ clean: reference, degraded: withNaN })).toThrow(InvalidSampleError);
    expect(() => measure({ clean: infinite, degraded: reference })).toThrow(InvalidSampleError);
    expect(() => measure({ clean: reference, degraded: overRange })).toThrow(SampleRangeError);
    expect(() => measure({ clean: reference, degraded: { ...image, channels: 3, range: 0 } })).toThrow(OptionError);
    expect(() => measure({ clean: image, degraded: picture(2, size, size - 1) })).toThrow(PairSizeError);
    const opaque = (source: Image): Image => ({
      ...source,
      channels: 4,
      data: Uint8Array.from({ length: size * size * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : source.data[Math.floor(i / 4) * 3 + (i % 4)]!,
      ),
    });
    expect(measure({ clean: opaque(image), degraded: opaque(reference) })).toEqual(
      measure({ clean: image, degraded: reference }),
    );
  });
});

describe('flatPatchStatistics', () => {
  it('has the same outcomes', () => {
    expect(() => flatPatchStatistics([withNaN])).toThrow(InvalidSampleError);
    expect(() => flatPatchStatistics([overRange])).toThrow(SampleRangeError);
    expect(() => flatPatchStatistics([constant(1, 3, 11, 11)])).toThrow(NoPatchesError);
    expect(flatPatchStatistics([constant(100)]).std).toBe(0);
  });
});

describe('names of options', () => {
  it.each([
    ['psnr', () => psnr(image, reference, { convention: 'db' as never })],
    ['ssim', () => ssim(image, reference, { convention: 'scipy' as never })],
    ['ssim', () => ssim(image, reference, { colour: 'hsv' as never })],
    ['msSsim', () => msSsim(image, reference, { combination: 'mean' as never })],
    ['gmsd', () => gmsd(image, reference, { convention: 'opencv' as never })],
    ['mdsi', () => mdsi(image, reference, { combination: 'mean' as never })],
    ['niqe', () => niqe(image, { model, flat: 'dropped' as never })],
    ['brisque', () => brisque(image, { model: svr, rounding: 'none' as never })],
    ['brisque', () => brisque(image, { model: svr, flat: 'dropped' as never })],
    ['psnr', () => psnr(image, reference, { cropBorder: 1.5 })],
    ['piqe', () => piqe(image, { cropBorder: -1 })],
  ])('%s: an OptionError for what it does not know', (_, measure) => {
    expect(measure).toThrow(OptionError);
  });
});
