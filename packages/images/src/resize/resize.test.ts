import { describe, expect, it } from 'vitest';
import { ImageSizeError, OptionError } from '../errors.ts';
import type { Image, Samples } from '../image.ts';
import { createRandom } from '../random.ts';
import { resize } from './resize.ts';
import { type ResizeWeights, resizeWeights } from './resize-weights.ts';

const image = <Data extends Samples>(
  width: number,
  height: number,
  channels: Image['channels'],
  data: Data,
): Image<Data> => ({ width, height, channels, data });

const noise = (length: number) => Float64Array.from(createRandom('resize').uniforms(length), (v) => v * 300 - 20);

/** The middle axis of an array of three resized by the definition. */
function sums(
  values: Float64Array,
  { taps, indices, weights, inputLength, outputLength }: ResizeWeights,
  { before, after }: { readonly before: number; readonly after: number },
): Float64Array {
  return Float64Array.from({ length: before * outputLength * after }, (_, at) => {
    const [line, x, rest] = [Math.floor(at / after / outputLength), Math.floor(at / after) % outputLength, at % after];
    let sum = 0;
    for (let k = x * taps; k < (x + 1) * taps; k++)
      sum += weights[k]! * values[(line * inputLength + indices[k]!) * after + rest]!;
    return sum;
  });
}

describe('resizeWeights', () => {
  it('has the exact fractions of x1/2, x1/4 and x4', () => {
    const inner = (length: number, scale: number, at: number) => {
      const { taps, weights } = resizeWeights(length, length * scale, scale);
      return [...weights.subarray(at * taps, (at + 1) * taps)];
    };
    const quarter = [-7, -45, -75, -49, 93, 399, 745, 987];
    expect(inner(64, 1 / 2, 16).map((w) => w * 256)).toEqual([-3, -9, 29, 111, 111, 29, -9, -3]);
    expect(inner(64, 1 / 4, 8).map((w) => w * 4096)).toEqual([...quarter, ...quarter.toReversed()]);
    const phases = [0, 1, 2, 3].map((phase) =>
      inner(16, 4, 32 + phase)
        .filter((w) => w !== 0)
        .map((w) => w * 1024),
    );
    expect(phases).toEqual([
      [-45, 399, 745, -75],
      [-7, 93, 987, -49],
      [-49, 987, 93, -7],
      [-75, 745, 399, -45],
    ]);
  });

  it('sums to 1 and stays inside however far the taps reach', () => {
    for (const [from, to] of [
      [1, 5],
      [3, 1],
      [7, 2],
      [100, 3],
      [5, 5],
      [2, 9],
    ] as const) {
      const { taps, weights, indices } = resizeWeights(from, to);
      for (let x = 0; x < to; x++)
        expect(weights.subarray(x * taps, (x + 1) * taps).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
      expect(Math.min(...indices)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...indices)).toBeLessThan(from);
    }
  });

  it('names lengths and scales that make no sense', () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
      [1.5, 1],
    ] as const)
      expect(() => resizeWeights(from, to)).toThrow(ImageSizeError);
    for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => resizeWeights(4, 4, scale)).toThrow(OptionError);
  });
});

describe('resize', () => {
  it('rounds sizes up: 7 x 9 by 0.3 is 3 x 3; 1 x 1 goes to any size', () => {
    expect(resize(image(9, 7, 1, noise(63)), { scale: 0.3 })).toMatchObject({ width: 3, height: 3 });
    const dot = image(1, 1, 3, Uint8Array.of(9, 99, 200));
    expect([...resize(dot, { width: 2, height: 3 }).data]).toEqual(Array(6).fill([9, 99, 200]).flat());
  });

  it('leaves an image of the same size untouched', () => {
    const same = image(5, 4, 3, noise(60));
    expect(resize(same, { scale: 1 })).toEqual(same);
  });

  it('keeps channels apart', () => {
    const values = noise(6 * 5 * 4);
    const all = resize(image(6, 5, 4, values), { width: 4, height: 9 });
    for (let channel = 0; channel < 4; channel++) {
      const one = resize(
        image(
          6,
          5,
          1,
          values.filter((_, i) => i % 4 === channel),
        ),
        { width: 4, height: 9 },
      );
      expect(all.data.filter((_, i) => i % 4 === channel)).toEqual(one.data);
    }
  });

  it('neither clips nor rounds floats: a step overshoots', () => {
    const step = image(8, 1, 1, Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1));
    const { data } = resize(step, { width: 16, height: 1 });
    expect(data).toBeInstanceOf(Float32Array);
    expect(Math.min(...data)).toBeLessThan(-0.01);
    expect(Math.max(...data)).toBeGreaterThan(1.01);
  });

  it('clips and rounds integers after each axis', () => {
    const values = Uint8Array.from(noise(20 * 12), (v) => Math.min(Math.max(v, 0), 255));
    const double = image(20, 12, 1, Float64Array.from(values));
    const round = (v: number) => Math.round(Math.min(Math.max(v, 0), 255));
    const rows = resize(double, { width: 20, height: 3 });
    const both = resize({ ...rows, data: rows.data.map(round) }, { width: 10, height: 3 });
    const expected = Uint8Array.from(both.data, round);
    expect(resize(image(20, 12, 1, values), { width: 10, height: 3 }).data).toEqual(expected);
    // The other axis first when its scale is smaller.
    const columns = resize(double, { width: 2, height: 12 });
    const turned = resize({ ...columns, data: columns.data.map(round) }, { width: 2, height: 6 });
    expect(resize(image(20, 12, 1, values), { width: 2, height: 6 }).data).toEqual(Uint8Array.from(turned.data, round));
  });

  it.each([
    [1 / 3, 24, 36, 2],
    [1 / 3, 22, 38, 3],
    [0.3, 31, 17, 4],
    [0.25, 40, 40, 1],
    [1.5, 9, 7, 3],
    [4, 3, 5, 1],
  ] as const)('x%d of %i x %i x %i is the sum of its taps in order, bit for bit', (scale, width, height, channels) => {
    const values = noise(width * height * channels);
    const [rows, columns] = [height, width].map((length) => resizeWeights(length, Math.ceil(length * scale), scale));
    const between = sums(values, rows!, { before: 1, after: width * channels });
    const expected = sums(between, columns!, { before: rows!.outputLength, after: channels });
    expect(resize(image(width, height, channels, values), { scale }).data).toEqual(expected);
  });

  it('clips 16-bit images at 65535', () => {
    const step = image(8, 1, 1, Uint16Array.of(0, 0, 0, 0, 65535, 65535, 65535, 65535));
    const { data } = resize(step, { width: 16, height: 1 });
    expect(data).toBeInstanceOf(Uint16Array);
    expect([data[6], data[9]]).toEqual([0, 65535]);
  });

  it('rounds ties up like MATLAB, to even like NumPy on request', () => {
    // Both samples weigh exactly one half.
    const pair = image(2, 1, 1, Uint8Array.of(2, 3));
    expect(resize(pair, { width: 1, height: 1 }).data[0]).toBe(3);
    expect(resize(pair, { width: 1, height: 1, rounding: 'half-even' }).data[0]).toBe(2);
  });

  it('names sizes, scales, roundings and images that make no sense', () => {
    const small = image(2, 2, 1, new Uint8Array(4));
    expect(() => resize(small, { width: 0, height: 2 })).toThrow(ImageSizeError);
    expect(() => resize(small, { scale: 0 })).toThrow(/0/);
    expect(() => resize(small, { scale: 2, rounding: 'up' as never })).toThrow(OptionError);
    expect(() => resize(image(3, 2, 1, new Uint8Array(4)), { scale: 2 })).toThrow(ImageSizeError);
  });
});
