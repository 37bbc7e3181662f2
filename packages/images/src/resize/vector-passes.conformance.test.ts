import { describe, expect, it } from 'vitest';
import { emptyLike, type Image, type Samples, whiteOf } from '../image.ts';
import { createRandom, type Random } from '../random.ts';
import { vectorKernels } from './load-kernels.ts';
import type { ResizePlan, Rounding } from './plan.ts';
import { resizeWeights } from './resize-weights.ts';
import { resizeByScalars } from './scalar-passes.ts';
import { resizeByVectors } from './vector-passes.ts';

const types = [Uint8Array, Uint16Array, Float32Array, Float64Array] as const;
type Size = Pick<Image, 'width' | 'height'>;

/** Noise over the whole range and beyond it for floats, with steps that make sums overshoot. */
function noise(size: Size, channels: Image['channels'], type: (typeof types)[number], random: Random): Image {
  const data = new type(size.width * size.height * channels);
  const white = whiteOf(data);
  for (let i = 0; i < data.length; i++) {
    const value = random.uniform() < 0.5 ? random.uniform() : random.integer(2);
    data[i] = white === 1 ? 3 * value - 1 : Math.round(value * white);
  }
  return { ...size, channels, data };
}

function planOf({ data, ...from }: Image, to: Size, rounding: Rounding): ResizePlan {
  return {
    rows: resizeWeights(from.height, to.height),
    columns: resizeWeights(from.width, to.width),
    rowsFirst: to.height / from.height <= to.width / from.width,
    rounding: data instanceof Uint8Array || data instanceof Uint16Array ? rounding : undefined,
    white: whiteOf(data),
  };
}

/** The result of both ways and the number of samples that they disagree about. */
function compare(image: Image, to: Size, rounding: Rounding = 'half-away') {
  const plan = planOf(image, to, rounding);
  const [vectors, scalars] = [emptyLike(image, to), emptyLike(image, to)];
  const done = resizeByVectors(image, vectors, plan);
  resizeByScalars(image, scalars, plan);
  const different = (a: Samples, b: Samples) => {
    let count = 0;
    for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
    return count;
  };
  return { done, different: different(vectors.data, scalars.data), scalars };
}

describe('resize in WebAssembly', () => {
  it('has its kernels', () => {
    expect(vectorKernels()).toBeDefined();
  });

  it.each(types)('gives the bits of the scalar passes: 120 sizes and scales of %o', (type) => {
    const random = createRandom(type.name);
    for (let round = 0; round < 120; round++) {
      const channels = (1 + (round % 4)) as Image['channels'];
      const side = () => 1 + random.integer(round % 10 === 0 ? 300 : 40);
      const image = noise({ width: side(), height: side() }, channels, type, random);
      const to = { width: side(), height: side() };
      const { done, different } = compare(image, to, round % 8 < 4 ? 'half-away' : 'half-even');
      const what = `${image.width} x ${image.height} x ${channels} to ${to.width} x ${to.height}`;
      expect([what, done, different]).toEqual([what, true, 0]);
    }
  });

  it.each([1 / 2, 1 / 4, 2, 4] as const)('rounds the ties of x%d alike', (scale) => {
    const image = noise({ width: 384, height: 256 }, 3, Uint8Array, createRandom('ties'));
    const to = { width: 384 * scale, height: 256 * scale };
    const exact: Image = { ...image, data: Float64Array.from(image.data) };
    const sums = compare(exact, { ...to, width: image.width });
    const ties = Array.from(sums.scalars.data).filter((value) => value > 0 && value < 255 && value % 1 === 0.5);
    expect(ties.length).toBeGreaterThan(10);
    const [away, even] = [compare(image, to), compare(image, to, 'half-even')];
    expect([away.different, even.different, sums.different]).toEqual([0, 0, 0]);
    expect(away.scalars.data).not.toEqual(even.scalars.data);
  });

  it('passes on what is not finite', () => {
    const image = noise({ width: 20, height: 20 }, 3, Float32Array, createRandom(1));
    image.data.set([Number.NaN, Number.POSITIVE_INFINITY], 300);
    expect(compare(image, { width: 9, height: 13 }).different).toBe(0);
    expect(compare(image, { width: 40, height: 31 }).different).toBe(0);
  });

  it('gives memory back after a call that needs much, and works on', () => {
    const image = noise({ width: 40_000, height: 40 }, 3, Uint8Array, createRandom(2));
    expect(compare(image, { width: 4000, height: 2 })).toMatchObject({ done: true, different: 0 });
    expect(vectorKernels()!.memory.buffer.byteLength).toBeLessThan(2 ** 20);
    expect(compare(image, { width: 300, height: 80 })).toMatchObject({ done: true, different: 0 });
  });
});
