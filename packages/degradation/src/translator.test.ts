import { randomizeParameters } from '@deflow/flows/conformance';
import { createRandom, type Image, type Samples } from '@deflow/images';
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { AbortedError, createDeFlow, createTranslator, small } from './index.ts';

const random = createRandom('translator test');
const config = { ...small.model, levels: [{ transitionSteps: 0, steps: 2, basis: 'luma haar' as const }] };
const model = createDeFlow({ config, random });
randomizeParameters(model.parameters, random, 0.05);
const translator = createTranslator(model);

function picture<Data extends Samples>(
  width: number,
  height: number,
  channels: Image['channels'],
  data: Data,
): Image<Data> {
  const white = data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 65535 : 1;
  for (let i = 0; i < data.length; i++) data[i] = (0.2 + 0.6 * random.uniform()) * white;
  return { width, height, channels, data };
}
const bytes = (width: number, height: number, channels: Image['channels'] = 3) =>
  picture(width, height, channels, new Uint8Array(width * height * channels));
const largestDifference = (a: Image, b: Image) =>
  Array.from(a.data).reduce(
    (largest: number, value: number, i: number) => Math.max(largest, Math.abs(value - b.data[i]!)),
    0,
  );

test.each([
  [1, 1],
  [7, 5],
  [33, 18],
])('an image of %i x %i keeps its size and its type of samples', async (width, height) => {
  const deep = picture(width, height, 3, new Uint16Array(width * height * 3));
  for (const image of [bytes(width, height), deep, picture(width, height, 3, new Float32Array(width * height * 3))]) {
    const [degraded] = await translator.degrade(image as Image);
    expect(degraded).toMatchObject({ width, height, channels: 3 });
    expect(degraded!.data.constructor).toBe(image.data.constructor);
    expect(largestDifference(degraded!, image)).toBeGreaterThan(0);
  }
});

test('grey becomes RGB, alpha stays', async () => {
  const [grey] = await translator.degrade(bytes(8, 8, 1));
  expect(grey!.channels).toBe(3);
  const image = bytes(8, 8, 4);
  const [degraded] = await translator.degrade(image);
  expect(degraded!.channels).toBe(4);
  const alpha = ({ data }: Image) => data.filter((_: number, i: number) => i % 4 === 3);
  expect(alpha(degraded!)).toEqual(alpha(image));
});

test('the seed decides, samples differ, strength 0 changes nothing', async () => {
  const image = bytes(16, 12);
  const [one, two] = await translator.degrade(image, { seed: 1, samples: 2 });
  expect(await translator.degrade(image, { seed: 1, samples: 2 })).toEqual([one, two]);
  expect((await translator.degrade(image, { seed: 1 }))[0]).toEqual(one);
  expect((await translator.degrade(image, { seed: 2 }))[0]).not.toEqual(one);
  expect(two).not.toEqual(one);
  expect((await translator.degrade(image, { strength: 0 }))[0]).toEqual(image);
});

test('tiles give the picture that the whole gives', async () => {
  const image = bytes(200, 130);
  const [whole] = await translator.degrade(image, { seed: 3 });
  const tiled = createTranslator(model, { tileSize: 96, overlap: 48 });
  const [pieced] = await tiled.degrade(image, { seed: 3 });
  // 8-bit rounding may fall to either side.
  expect(largestDifference(pieced!, whole!)).toBeLessThanOrEqual(1);
  const noOverlap = createTranslator(model, { tileSize: 96, overlap: 0 });
  const [seams] = await noOverlap.degrade(image, { seed: 3 });
  expect(largestDifference(seams!, whole!)).toBeGreaterThan(1);
});

test('restoring goes the other way and takes noise away on average', async () => {
  const image = bytes(32, 32);
  const [degraded] = await translator.degrade(image);
  const [restored] = await translator.restore(degraded!, { seed: 9 });
  expect(restored).toMatchObject({ width: 32, height: 32 });
  const energy = (a: Image) =>
    Array.from(a.data).reduce((sum: number, value: number, i: number) => sum + (value - image.data[i]!) ** 2, 0);
  expect(energy(restored!)).toBeLessThan(energy(degraded!));
});

test('progress grows to 1, a signal stops, nothing leaks', async () => {
  const image = bytes(64, 64);
  const before = memory().numTensors;
  const shares: number[] = [];
  const pieces = createTranslator(model, { tileSize: 32, overlap: 16 });
  await pieces.degrade(image, { samples: 2, onProgress: (share) => shares.push(share) });
  expect(shares.at(-1)).toBe(1);
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  const controller = new AbortController();
  const stopped = pieces.restore(image, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(stopped).rejects.toThrow(AbortedError);
  expect(memory().numTensors).toBe(before);
});
