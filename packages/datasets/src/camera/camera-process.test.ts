import { createRandom, type Image, OptionError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { jpegRoundTrip } from '../node.ts';
import { type CameraPreset, type CameraStep, cameraPresets, cameraProcess } from './camera-process.ts';

const size = 48;
const flat = (value: number): Image<Uint8Array> => ({
  width: size,
  height: size,
  channels: 3,
  data: new Uint8Array(size * size * 3).fill(value),
});
const edge: Image<Uint8Array> = {
  ...flat(0),
  data: Uint8Array.from({ length: size * size * 3 }, (_, i) => (Math.floor(i / 3) % size < size / 2 ? 60 : 180)),
};
const run = (steps: CameraStep[], image: Image = flat(128), seed = 1) =>
  cameraProcess(steps, { compress: jpegRoundTrip })(image, createRandom(seed));
const deviation = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};
const channel = ({ data }: Image<Uint8Array>, c: number) => [...data].filter((_, i) => i % 3 === c);
const luma = ({ data }: Image<Uint8Array>) =>
  Array.from(
    { length: size * size },
    (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
  );

describe('cameraProcess', () => {
  it('adds luma noise of the level asked for, equal in all channels', async () => {
    const noisy = await run([{ step: 'noise', luma: 6, chroma: 0, chromaSize: 0 }]);
    expect(deviation(channel(noisy, 0))).toBeGreaterThan(5.6);
    expect(deviation(channel(noisy, 0))).toBeLessThan(6.4);
    expect(channel(noisy, 0)).toEqual(channel(noisy, 2));
  });

  it('adds colour noise in blotches that leaves luma alone', async () => {
    const noisy = await run([{ step: 'noise', luma: 0, chroma: 10, chromaSize: 2 }]);
    const red = channel(noisy, 0);
    expect(Math.abs(deviation(red) - 10)).toBeLessThan(0.7);
    // Only rounding to whole levels is left: at most 1/2 in each channel.
    expect(Math.max(...luma(noisy).map((value) => Math.abs(value - 128)))).toBeLessThan(0.51);
    const mean = red.reduce((a, b) => a + b) / red.length;
    let neighbours = 0;
    for (let i = 0; i + 1 < red.length; i++) neighbours += (red[i]! - mean) * (red[i + 1]! - mean);
    expect(neighbours / red.length / deviation(red) ** 2).toBeGreaterThan(0.8);
  });

  it('sharpens with halos on both sides of an edge, blurs them away, quantises', async () => {
    const sharp = channel(await run([{ step: 'sharpen', sigma: 1, amount: 1 }], edge), 0);
    expect([Math.min(...sharp) < 50, Math.max(...sharp) > 190]).toEqual([true, true]);
    const soft = channel(await run([{ step: 'blur', sigma: 2 }], edge), 0);
    const jump = (row: number[]) => row[size / 2]! - row[size / 2 - 1]!;
    expect(jump(soft)).toBeLessThan(0.3 * jump(channel(edge, 0)));
    expect(new Set((await run([{ step: 'quantise', levels: 2 }], edge)).data)).toEqual(new Set([0, 255]));
  });

  it.each(Object.keys(cameraPresets) as CameraPreset[])('%s: the same picture for the same seed only', async (name) => {
    const camera = cameraProcess(cameraPresets[name], { compress: jpegRoundTrip });
    const shoot = async (seed: number) => [...(await camera(edge, createRandom(seed))).data];
    const first = await shoot(1);
    expect(await shoot(1)).toEqual(first);
    expect(await shoot(2)).not.toEqual(first);
    expect(first).not.toEqual([...edge.data]);
  });

  it('the presets differ in kind: noise of luma, halos, noise of colour', async () => {
    const shoot = (name: CameraPreset, image: Image) =>
      cameraProcess(cameraPresets[name], { compress: jpegRoundTrip })(image, createRandom(3));
    const noise = async (name: CameraPreset) => {
      const shot = await shoot(name, flat(110));
      const grey = luma(shot);
      const colour = channel(shot, 0).map((value, i) => value - grey[i]!);
      return { grey: deviation(grey), colour: deviation(colour) };
    };
    const [phone, compact, webcam] = await Promise.all(
      (['low-light-phone', 'sharpened-compact', 'old-webcam'] as const).map(noise),
    );
    expect(phone!.grey).toBeGreaterThan(2 * webcam!.grey);
    expect(webcam!.colour).toBeGreaterThan(phone!.colour);
    expect(compact!.grey).toBeLessThan(phone!.grey);
    const overshoot = async (name: CameraPreset) => {
      const { data } = await shoot(name, edge);
      const columns = Array.from({ length: size }, (_, x) => {
        let sum = 0;
        for (let y = 0; y < size; y++) sum += data[(y * size + x) * 3 + 1]! / size;
        return sum;
      });
      return Math.max(...columns) - 180;
    };
    expect(await overshoot('sharpened-compact')).toBeGreaterThan(15);
    expect(await overshoot('old-webcam')).toBeLessThan(8);
  });

  it('names steps and numbers that it cannot use', () => {
    const wrong: unknown[] = [
      { step: 'vignette' },
      { step: 'noise', luma: -1, chroma: 0, chromaSize: 0 },
      { step: 'quantise', levels: 1 },
      { step: 'sharpen', sigma: Number.NaN, amount: 1 },
      { step: 'sensor', readNoise: -1 },
    ];
    for (const step of wrong) expect(() => cameraProcess([step as CameraStep])).toThrow(OptionError);
    expect(() => cameraProcess([{ step: 'jpeg', quality: 50 }])).toThrow(/nothing that compresses/);
  });
});
