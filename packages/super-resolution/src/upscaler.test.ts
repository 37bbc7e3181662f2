import {
  createRandom,
  crop,
  type Image,
  ImageChannelsError,
  OptionError,
  pad,
  resize,
  splitAlpha,
} from '@deflow/images';
import { toTensor } from '@deflow/images/tensors';
import { disposeParameters, namedParameters } from '@deflow/nn';
import { memory, mul, onesLike, profile, type Scalar, scalar, zerosLike } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError, BrokenOutputError, createUpscaler, rrdbNet } from './index.ts';

const random = createRandom('upscaler');
const small = { features: 8, growth: 4, blocks: 1, random };
const networks = { 1: rrdbNet({ ...small, scale: 1 }), 2: rrdbNet({ ...small, scale: 2 }), 4: rrdbNet(small) };
// Larger weights than at the start, and a bright output.
for (const { parameters } of Object.values(networks))
  for (const [name, variable] of namedParameters(parameters)) {
    if (name === 'conv_last.bias') variable.assign(mul(onesLike(variable), 0.5));
    else variable.assign(mul(variable, 1.5));
  }
afterAll(() => Object.values(networks).forEach(({ parameters }) => void disposeParameters(parameters)));

function picture(width: number, height: number, channels: Image['channels']): Image<Uint8Array> {
  return {
    width,
    height,
    channels,
    data: Uint8Array.from({ length: width * height * channels }, () => random.integer(256)),
  };
}

/** What the network gives for the whole image, 0..1. */
function untiled(scale: 1 | 2 | 4, image: Image): number[] {
  const x = toTensor(image);
  const y = networks[scale].apply(x);
  const values = [...y.dataSync()];
  x.dispose();
  y.dispose();
  return values;
}

const quantised = (values: number[], white: number) =>
  values.map((value) => Math.floor(Math.min(Math.max(value, 0), 1) * white + 0.5));

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);

describe('an upscaler', () => {
  test.each([1, 2, 4] as const)(
    'x%i: gives what the network gives, padded to its multiples and cut back',
    async (scale) => {
      const image = picture(13, 10, 3);
      const result = await createUpscaler(networks[scale]).upscale(image);
      expect([result.width, result.height, result.channels]).toEqual([13 * scale, 10 * scale, 3]);
      const multiple = networks[scale].sizeMultiple;
      const right = (multiple - (13 % multiple)) % multiple;
      const bottom = (multiple - (10 % multiple)) % multiple;
      const padded = pad(image, { right, bottom });
      const whole = Uint8Array.from(quantised(untiled(scale, padded), 255));
      const wanted = crop(
        { width: padded.width * scale, height: padded.height * scale, channels: 3, data: whole },
        { x: 0, y: 0, width: 13 * scale, height: 10 * scale },
      );
      expect(result.data).toEqual(wanted.data);
    },
  );

  test('keeps 16 bits and floats', async () => {
    const image = picture(9, 8, 3);
    const data = Uint16Array.from(image.data, (value) => value * 257);
    const upscaler = createUpscaler(networks[4]);
    const values = untiled(4, image);
    expect((await upscaler.upscale({ ...image, data })).data).toEqual(Uint16Array.from(quantised(values, 65535)));
    const float = Float32Array.from(image.data, (value) => value / 255);
    expect((await upscaler.upscale({ ...image, data: float })).data).toEqual(Float32Array.from(values));
    const double = await upscaler.upscale({ ...image, data: Float64Array.from(float) });
    expect(double.data).toEqual(Float64Array.from(values));
  });

  test('grey stays grey: the luma of three equal channels', async () => {
    const image = picture(7, 6, 1);
    const values = untiled(4, {
      ...image,
      channels: 3,
      data: Uint8Array.from(image.data.length === 42 ? [...image.data].flatMap((v) => [v, v, v]) : []),
    });
    const luma = Array.from(
      { length: values.length / 3 },
      (_, i) => 0.299 * values[3 * i]! + 0.587 * values[3 * i + 1]! + 0.114 * values[3 * i + 2]!,
    );
    const result = await createUpscaler(networks[4]).upscale(image);
    expect(result.channels).toBe(1);
    expect(largestDifference(result.data, quantised(luma, 255))).toBeLessThanOrEqual(1);
  });

  test.each([2, 4] as const)(
    'alpha (%i channels) is resized bicubically, colours are enlarged as they are',
    async (channels) => {
      const image = picture(8, 6, channels);
      const upscaler = createUpscaler(networks[2]);
      const result = splitAlpha(await upscaler.upscale(image));
      const { colour, alpha } = splitAlpha(image);
      expect(result.colour.data).toEqual((await upscaler.upscale(colour)).data);
      expect(result.alpha!.data).toEqual(resize(alpha!, { scale: 2 }).data);
    },
  );

  test('a network of one channel takes grey images only', async () => {
    const network = rrdbNet({ ...small, inputChannels: 1 });
    const upscaler = createUpscaler(network);
    expect((await upscaler.upscale(picture(5, 5, 1))).width).toBe(20);
    await expect(upscaler.upscale(picture(5, 5, 3))).rejects.toThrow(ImageChannelsError);
    disposeParameters(network.parameters);
  });

  test('seams fade as the overlap grows', async () => {
    const image = picture(48, 40, 3);
    const upscaler = createUpscaler(networks[2]);
    const float = { ...image, data: Float32Array.from(image.data, (value) => value / 255) };
    const whole = await upscaler.upscale(float);
    const differences: number[] = [];
    for (const overlap of [0, 4, 8, 16, 20]) {
      const tiled = await upscaler.upscale(float, { tile: 24, overlap });
      differences.push(largestDifference(tiled.data, whole.data));
    }
    expect(differences[0]).toBeGreaterThan(0.02);
    for (let i = 1; i < differences.length; i++) expect(differences[i]!).toBeLessThanOrEqual(differences[i - 1]!);
    // Half of 20 pixels is less than the network sees (40), but what lies beyond hardly counts.
    expect(differences.at(-1)).toBeLessThan(differences[0]! / 100);
  });

  test('reports progress, stops at its signal, and leaves no tensors', async () => {
    const upscaler = createUpscaler(networks[4]);
    const before = memory().numTensors;
    const shares: number[] = [];
    await upscaler.upscale(picture(30, 20, 3), { tile: 16, overlap: 4, onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([1, 2, 3, 4, 5, 6].map((done) => done / 6));
    const controller = new AbortController();
    const stopped = upscaler.upscale(picture(30, 20, 3), {
      tile: 16,
      overlap: 4,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow(AbortedError);
    expect(memory().numTensors).toBe(before);
  });

  test('takes the memory of one tile, however large the image', async () => {
    const upscaler = createUpscaler(networks[4]);
    const peakBytes = async (side: number, tile: number) => {
      const image = picture(side, side, 3);
      const run = profile(async () => {
        await upscaler.upscale(image, { tile, overlap: 8 });
        return scalar(0);
      });
      const { peakBytes: peak, result } = await run;
      (result as Scalar).dispose();
      return peak;
    };
    const before = memory().numBytes;
    const one = await peakBytes(24, 24);
    for (const side of [40, 56, 104]) expect(await peakBytes(side, 24)).toBe(one);
    // Without tiles it grows as the image does.
    expect((await peakBytes(48, 48)) - before).toBeGreaterThan(3.9 * (one - before));
  });

  test('refuses tiles that are no larger than their overlap', async () => {
    const upscaler = createUpscaler(networks[4]);
    for (const sizes of [{ tile: 16, overlap: 16 }, { tile: 0, overlap: 0 }, { tile: 16.5 }, { tile: 16, overlap: -1 }])
      await expect(upscaler.upscale(picture(5, 5, 3), sizes)).rejects.toThrow(OptionError);
  });

  test('says so when the network gives no picture', async () => {
    const network = rrdbNet(small);
    const upscaler = createUpscaler(network);
    const last = namedParameters(network.parameters).get('conv_last.bias')!;
    last.assign(mul(onesLike(last), Number.NaN));
    await expect(upscaler.upscale(picture(5, 5, 3))).rejects.toThrow(/not finite/);
    for (const name of ['conv_last.bias', 'conv_last.weight']) {
      const variable = namedParameters(network.parameters).get(name)!;
      variable.assign(zerosLike(variable));
    }
    await expect(upscaler.upscale(picture(5, 5, 3))).rejects.toThrow(BrokenOutputError);
    const black = { ...picture(5, 5, 3), data: new Uint8Array(75) };
    expect((await upscaler.upscale(black)).data.every((value) => value === 0)).toBe(true);
    disposeParameters(network.parameters);
  });
});
