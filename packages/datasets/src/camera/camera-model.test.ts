import { createRandom, type Image, ImageSizeError, OptionError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { gaussianBlur } from '../gaussian-blur.ts';
import { jpegRoundTrip } from '../node.ts';
import { type CameraModelOptions, cameraModel } from './camera-model.ts';
import { demosaic } from './demosaic.ts';
import { mosaic } from './mosaic.ts';
import { smoothChroma } from './smooth-chroma.ts';
import { toEncoded, toLinear } from './transfer.ts';

const flat = (level: number, size = 160): Image<Uint8Array> => ({
  width: size,
  height: size,
  channels: 3,
  data: new Uint8Array(size * size * 3).fill(level),
});

const noiseless = { shotNoise: 0, readNoise: 0, lensBlur: 0, smoothing: 0 } as const;

/** Noise of a flat picture in 1/255: standard deviation, lag-1 correlations, correlations of R-G, G-B, R-B. */
async function measure(level: number, options: CameraModelOptions = {}) {
  const camera = cameraModel({ noiseSpread: 1, compress: jpegRoundTrip, ...options });
  const { width, height, data } = await camera(flat(level), createRandom(`flat ${level}`));
  const means = [0, 1, 2].map(
    (c) => data.reduce((sum, value, i) => (i % 3 === c ? sum + value : sum), 0) / (width * height),
  );
  const residual = Float64Array.from(data, (value, i) => value - means[i % 3]!);
  const product = (step: number, channels: readonly number[], shift = 0) => {
    let sum = 0;
    for (let y = 0; y < height - 1; y++)
      for (let x = 0; x < width - 1; x++)
        for (const channel of channels) {
          const i = (y * width + x) * 3 + channel;
          sum += residual[i]! * residual[i + step + shift]!;
        }
    return sum;
  };
  const all = [0, 1, 2];
  const power = product(0, all);
  const between = (a: number, b: number) => product(0, [a], b - a) / Math.sqrt(product(0, [a]) * product(0, [b]));
  return {
    means,
    std: Math.sqrt(power / (3 * (width - 1) * (height - 1))),
    horizontal: product(3, all) / power,
    vertical: product(3 * width, all) / power,
    colours: [between(0, 1), between(1, 2), between(0, 2)],
  };
}

describe('cameraModel', () => {
  it('gives noise like that of a phone: 10 to 15 levels, neighbours .3 to .55, channels .5 to .85, stronger in the dark', async () => {
    const middle = await measure(90);
    expect(middle.std).toBeGreaterThan(10);
    expect(middle.std).toBeLessThan(15);
    for (const correlation of [middle.horizontal, middle.vertical]) {
      expect(correlation).toBeGreaterThan(0.3);
      expect(correlation).toBeLessThan(0.55);
    }
    for (const correlation of middle.colours) {
      expect(correlation).toBeGreaterThan(0.5);
      expect(correlation).toBeLessThan(0.85);
    }
    const dark = await measure(40);
    const light = await measure(180);
    expect(dark.std).toBeGreaterThan(1.15 * light.std);
    // The gamma curve bends down: noise costs a little brightness.
    for (const mean of middle.means) expect(Math.abs(mean - 90)).toBeLessThan(3);
  });

  it('draws everything from the generator; its strength differs from picture to picture by the spread', async () => {
    const camera = cameraModel({ noiseSpread: 2 });
    expect(await camera(flat(90, 20), createRandom(1))).toEqual(await camera(flat(90, 20), createRandom(1)));
    const levels = await Promise.all(
      Array.from({ length: 24 }, async (_, seed) => {
        const { data } = await camera(flat(90, 40), createRandom(seed));
        return Math.sqrt(data.reduce((sum, value) => sum + (value - 90) ** 2, 0) / data.length);
      }),
    );
    const ratio = Math.max(...levels) / Math.min(...levels);
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(5);
  });

  it.each(['malvar', 'bilinear'] as const)(
    'without noise gives smooth pictures back to 1 level (%s)',
    async (method) => {
      const picture: Image<Uint8Array> = {
        ...flat(0, 48),
        data: Uint8Array.from(
          { length: 48 * 48 * 3 },
          (_, i) => 60 + 2 * (Math.floor(i / 3) % 48) + Math.floor(i / 144),
        ),
      };
      const { data } = await cameraModel({ ...noiseless, demosaic: method })(picture, createRandom(1));
      const inner = (i: number) => {
        const [x, y] = [Math.floor(i / 3) % 48, Math.floor(i / 144)];
        return x > 1 && y > 1 && x < 46 && y < 46;
      };
      const worst = Math.max(...data.map((value, i) => (inner(i) ? Math.abs(value - picture.data[i]!) : 0)));
      expect(worst).toBeLessThanOrEqual(1);
    },
  );

  it('loses detail at the edges through the lens, and colour detail through chroma smoothing', async () => {
    const edge: Image<Uint8Array> = {
      ...flat(0, 24),
      data: Uint8Array.from({ length: 24 * 24 * 3 }, (_, i) => (Math.floor(i / 3) % 24 < 12 ? 50 : 200)),
    };
    const step = async (lensBlur: number) => {
      const { data } = await cameraModel({ ...noiseless, lensBlur })(edge, createRandom(1));
      return data[(12 * 24 + 12) * 3 + 1]! - data[(12 * 24 + 11) * 3 + 1]!;
    };
    expect(await step(1)).toBeLessThan(0.7 * (await step(0)));
    const plain = await measure(90, { compress: undefined });
    const smoothed = await measure(90, { compress: undefined, chromaSmoothing: 2 });
    smoothed.colours.forEach((correlation, i) => {
      expect(correlation).toBeGreaterThan(plain.colours[i]! + 0.1);
    });
  });

  it('hands the quality to the compression, and its result to the caller', async () => {
    const seen: number[] = [];
    const compress = async (image: Image<Uint8Array>, quality: number) => {
      seen.push(quality);
      return { ...image, data: image.data.map(() => 7) };
    };
    const { data } = await cameraModel({ jpegQuality: 33, compress })(flat(90, 8), createRandom(1));
    expect([seen, new Set(data)]).toEqual([[33], new Set([7])]);
    const small = await jpegRoundTrip(flat(90, 8), 50);
    expect(small).toMatchObject({ width: 8, height: 8, channels: 3 });
  });

  it('names options and pictures that it cannot use', async () => {
    for (const options of [
      { shotNoise: -1 },
      { lensBlur: Number.NaN },
      { noiseSpread: 0.5 },
      { demosaic: 'nearest' as never },
      { whiteBalance: { red: 0.5, blue: 1 } },
    ])
      expect(() => cameraModel(options)).toThrow(OptionError);
    await expect(cameraModel()(flat(1, 2), createRandom(1))).rejects.toThrow(ImageSizeError);
  });
});

describe('its parts', () => {
  it('the mosaic is RGGB', () => {
    const rgb = Float32Array.from({ length: 2 * 2 * 3 }, (_, i) => i);
    expect([...mosaic(rgb, 2, 2)]).toEqual([0, 4, 7, 11]);
  });

  it.each(['malvar', 'bilinear'] as const)('%s gives planes of equal slope back exactly, inside', (method) => {
    const [width, height] = [12, 10];
    const rgb = Float32Array.from({ length: width * height * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return 0.2 + 0.01 * (pixel % width) + 0.02 * Math.floor(pixel / width) + 0.05 * (i % 3);
    });
    const found = demosaic(mosaic(rgb, width, height), width, height, method);
    for (let y = 2; y < height - 2; y++)
      for (let x = 2; x < width - 2; x++)
        for (let c = 0; c < 3; c++) {
          const i = (y * width + x) * 3 + c;
          expect(Math.abs(found[i]! - rgb[i]!)).toBeLessThan(1e-6);
        }
  });

  it('malvar sharpens grey detail that bilinear blurs', () => {
    const size = 20;
    const rgb = Float32Array.from({ length: size * size * 3 }, (_, i) => 0.5 + 0.3 * Math.sin(Math.floor(i / 3) * 0.9));
    const error = (method: 'malvar' | 'bilinear') =>
      demosaic(mosaic(rgb, size, size), size, size, method).reduce((sum, value, i) => sum + (value - rgb[i]!) ** 2, 0);
    expect(error('malvar')).toBeLessThan(0.5 * error('bilinear'));
  });

  it('the transfer functions of sRGB are inverse, and 50 % grey is 21.4 % light', () => {
    for (const value of [0, 0.01, 0.04045, 0.2, 0.7, 1]) expect(toEncoded(toLinear(value))).toBeCloseTo(value, 6);
    expect(toLinear(0.5)).toBeCloseTo(0.2140411, 6);
  });

  it('the blur keeps means and has the variance of its Gaussian', () => {
    const line = new Float32Array(101);
    line[50] = 1;
    gaussianBlur(line, 101, 1, 1, 2);
    const sum = line.reduce((a, b) => a + b);
    const variance = line.reduce((total, value, x) => total + value * (x - 50) ** 2, 0);
    expect(sum).toBeCloseTo(1, 5);
    expect(variance).toBeGreaterThan(3.8);
    expect(variance).toBeLessThan(4.01);
  });

  it('chroma smoothing keeps luma', () => {
    const rgb = createRandom(1).uniforms(16 * 16 * 3);
    const luma = (i: number) => 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;
    const before = Array.from({ length: 256 }, (_, i) => luma(i));
    smoothChroma(rgb, 16, 16, 1.5);
    before.forEach((value, i) => {
      expect(luma(i)).toBeCloseTo(value, 5);
    });
  });
});
