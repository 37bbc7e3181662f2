import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Image } from '../image.ts';
import { readImage } from '../node.ts';
import { resize } from './resize.ts';

const shared = new URL('../../../../../shared/', import.meta.url);
const present = existsSync(shared);
if (!present) console.warn('Skipped the resize vectors: there is no folder ../shared beside the repository.');
const file = (path: string) => new URL(path, shared);
const json = (path: string) => JSON.parse(readFileSync(file(path), 'utf8'));

interface Case {
  readonly name: string;
  readonly in: readonly [number, number];
  readonly out: readonly [number, number];
  readonly value: readonly number[];
}

const grey = (height: number, width: number, value: (y: number, x: number) => number): Image<Float64Array> => ({
  width,
  height,
  channels: 1,
  data: Float64Array.from({ length: width * height }, (_, i) => value(Math.floor(i / width), i % width)),
});

describe.skipIf(!present)('resize against published vectors', () => {
  it('gives the double values of 8 small cases to 1e-12', () => {
    const cases: Case[] = json('vectors/metrics/synthetic.json').imresize_bicubic.cases;
    expect(cases).toHaveLength(8);
    for (const { name, in: from, out, value } of cases) {
      const image = name.startsWith('arange')
        ? grey(from[0], from[1], (y, x) => y * from[1] + x)
        : grey(from[0], from[1], (y, x) => (37 * y + 91 * x + 13 * y * x) % 256);
      const scale = /scale([\d.]+)/.exec(name)?.[1];
      const resized = resize(image, scale ? { scale: Number(scale) } : { height: out[0], width: out[1] });
      expect([resized.height, resized.width], name).toEqual(out);
      expect(Math.max(...value.map((v, i) => Math.abs(v - resized.data[i]!))), name).toBeLessThan(1e-12);
    }
  });

  it.each(['baboon', 'comic'])('gives the x1/4 picture of %s bit for bit (double path, rounded once)', async (name) => {
    const high = await readImage(file(`vectors/metrics/BasicSR/gt_${name}.png`));
    const low = await readImage(file(`vectors/metrics/BasicSR/lq_x4_${name}.png`));
    const resized = resize({ ...high, data: Float64Array.from(high.data) }, { scale: 1 / 4 });
    const different = low.data.filter((value, i) => value !== Math.round(Math.min(Math.max(resized.data[i]!, 0), 255)));
    expect(resized.data.length).toBe(low.data.length);
    expect(different.length).toBe(0);
  });

  it.each(['baboon', 'comic'])('gives the x4 picture of %s bit for bit (double path, rounded once)', async (name) => {
    const low = await readImage(file(`vectors/metrics/BasicSR/lq_x4_${name}.png`));
    const enlarged = await readImage(file(`vectors/metrics/BasicSR/bic_x4_${name}.derived.png`));
    const resized = resize({ ...low, data: Float64Array.from(low.data) }, { scale: 4 });
    const different = enlarged.data.filter(
      (value, i) => value !== Math.round(Math.min(Math.max(resized.data[i]!, 0), 255)),
    );
    expect(resized.data.length).toBe(enlarged.data.length);
    expect(different.length).toBe(0);
  });

  it('gives the 8-bit pictures of the DeFlow of 2021, with half-even rounding', () => {
    const { out_quarter, out_half } = json('golden/deflow-golden.json').imresize_uint8;
    const { data } = grey(16, 16, (y, x) => {
      if (y >= 3 && y < 6 && x >= 4 && x < 9) return 255;
      return y >= 10 && y < 12 && x >= 1 && x < 3 ? 0 : (13 * y + 7 * x) % 256;
    });
    const image: Image<Uint8Array> = { width: 16, height: 16, channels: 1, data: Uint8Array.from(data) };
    for (const [scale, rows] of [
      [1 / 4, out_quarter],
      [1 / 2, out_half],
    ] as const)
      expect([...resize(image, { scale, rounding: 'half-even' }).data]).toEqual(rows.flat());
  });
});
