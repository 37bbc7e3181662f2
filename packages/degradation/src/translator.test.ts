import { randomizeParameters } from '@deflow/flows/conformance';
import { createRandom, type Image, type Samples } from '@deflow/images';
import { memory, mul, scalar, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
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

test('generating keeps what the conditioning leaves of an image, and draws the rest for the domain', async () => {
  const before = memory().numTensors;
  const image = bytes(32, 32);
  const mean = ({ data }: Image) => Array.from(data as Uint8Array).reduce((sum, value) => sum + value, 0) / data.length;
  const [clean, other] = await translator.generate(image, { seed: 4, samples: 2 });
  expect(clean).toMatchObject({ width: 32, height: 32, channels: 3 });
  expect(clean!.data).toBeInstanceOf(Uint8Array);
  expect(other).not.toEqual(clean);
  expect((await translator.generate(image, { seed: 4 }))[0]).toEqual(clean);
  expect((await translator.generate(image, { seed: 4, domain: 'degraded' }))[0]).not.toEqual(clean);
  const [mode] = await translator.generate(image, { temperature: 0, seed: 4 });
  expect((await translator.generate(image, { temperature: 0, seed: 4, samples: 2 }))[1]).toEqual(mode);
  expect(mean(mode!)).not.toBe(mean(clean!));
  const one = createTranslator(model, { tileSize: 16, overlap: 8 });
  const [tiled] = await one.generate(image, { seed: 4 });
  expect(tiled).toMatchObject({ width: 32, height: 32 });
  expect(memory().numTensors).toBe(before);
});

test('what is generated has the density of its domain: encoded, its latents are what was drawn', () => {
  tidy(() => {
    const images = tensor4d(createRandom('seen').uniforms(2 * 8 * 8 * 3), [2, 8, 8, 3]);
    const shapes = model.noiseShapes({ height: 8, width: 8 });
    const draw = (name: string, shape: readonly number[]) =>
      tensor4d(createRandom(name).normals(2 * shape[0]! * shape[1]! * shape[2]!), [2, ...shape] as never) as Tensor4D;
    const features = model.condition(images, draw('conditioning', shapes.conditioning));
    const noise = {
      clean: shapes.latents.map((shape, i) => draw(`clean ${i}`, shape)),
      shift: shapes.latents.map((shape, i) => draw(`shift ${i}`, shape)),
    };
    const drawn = (domain: 'clean' | 'degraded') =>
      model.encode(model.generate(features, noise, domain, scalar(0.5)), features).latents[0]!.dataSync();
    const wanted = mul(noise.clean[0]!, 0.5).dataSync();
    const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
    expect(largest(drawn('clean'), wanted)).toBeLessThan(2e-4);
    // Shifted by mu + sqrt(Sigma) noise, as degrading a clean picture with these latents shifts it.
    const analysis = { latents: noise.clean.map((each) => mul(each, 0.5) as Tensor4D), features };
    const shifted = model.degradeAnalysed(
      analysis,
      noise.shift.map((each) => mul(each, 0.5) as Tensor4D),
    );
    expect(largest(drawn('degraded'), model.encode(shifted, features).latents[0]!.dataSync())).toBeLessThan(2e-4);
    expect(largest(drawn('degraded'), wanted)).toBeGreaterThan(0.05);
  });
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
