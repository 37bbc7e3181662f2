import { describe, expect, it } from 'vitest';
import { grey, joinAlpha, splitAlpha, toRgb } from './channels.ts';
import { toFloat, toUint8, toUint16 } from './convert-samples.ts';
import { ImageChannelsError, ImageSizeError, OptionError } from './errors.ts';
import { grid } from './grid.ts';
import type { Image, Samples } from './image.ts';

const pixel = <Data extends Samples>(channels: Image['channels'], data: Data): Image<Data> => ({
  width: data.length / channels,
  height: 1,
  channels,
  data,
});

describe('sample types', () => {
  it('go from white to white, integers clipped and rounded', () => {
    expect([...toFloat(pixel(1, Uint8Array.of(0, 51, 255))).data]).toEqual([0, Math.fround(0.2), 1]);
    expect([...toFloat(pixel(1, Uint16Array.of(65535))).data]).toEqual([1]);
    expect([...toUint8(pixel(1, Float32Array.of(-0.1, 0.5, 1.2, Number.NaN))).data]).toEqual([0, 128, 255, 0]);
    expect([...toUint8(pixel(1, Uint16Array.of(128, 129, 65535))).data]).toEqual([0, 1, 255]);
  });

  it('all 256 values survive 16 bits and floats', () => {
    const all = pixel(
      1,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    expect(toUint16(all).data[1]).toBe(257);
    expect(toUint8(toUint16(all))).toEqual(all);
    expect(toUint8(toFloat(all))).toEqual(all);
    expect(toUint8(all)).toBe(all);
  });
});

describe('toRgb', () => {
  it('replicates grey and lays alpha over white, or the colour asked for', () => {
    expect([...toRgb(pixel(1, Uint8Array.of(7, 9))).data]).toEqual([7, 7, 7, 9, 9, 9]);
    expect([...toRgb(pixel(2, Uint8Array.of(100, 255, 100, 0))).data]).toEqual([100, 100, 100, 255, 255, 255]);
    expect([...toRgb(pixel(4, Uint8Array.of(10, 20, 30, 51))).data]).toEqual([206, 208, 210]);
    const black = toRgb(pixel(4, Float32Array.of(1, 0.5, 0, 0.5)), { background: [0, 0, 0] });
    expect([...black.data]).toEqual([0.5, 0.25, 0]);
  });

  it('returns RGB as it is', () => {
    const colour = pixel(3, Uint8Array.of(1, 2, 3));
    expect(toRgb(colour)).toBe(colour);
  });
});

describe('grey', () => {
  it('weighs by BT.601, rounds integers, drops alpha', () => {
    const primaries = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
    expect([...grey(pixel(3, primaries)).data]).toEqual([76, 150, 29, 255]);
    expect(grey(pixel(4, Float64Array.of(0.5, 0.25, 0.125, 0))).data[0]).toBeCloseTo(0.3105, 15);
    expect([...grey(pixel(2, Uint8Array.of(9, 1))).data]).toEqual([9]);
  });
});

describe('alpha', () => {
  it('splits and joins without a change', () => {
    for (const image of [pixel(4, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), pixel(2, Uint16Array.of(1, 2, 3, 4))]) {
      const { colour, alpha } = splitAlpha(image as Image);
      expect(joinAlpha(colour, alpha!)).toEqual(image);
    }
    expect(splitAlpha(pixel(3, Uint8Array.of(1, 2, 3))).alpha).toBeUndefined();
    const grey1 = pixel(1, Uint8Array.of(1));
    expect(() => joinAlpha(pixel(2, Uint8Array.of(1, 2)), grey1)).toThrow(ImageChannelsError);
    expect(() => joinAlpha(pixel(1, Uint8Array.of(1, 2)), grey1)).toThrow(ImageSizeError);
  });
});

describe('grid', () => {
  it('lays images of any kind out in rows, small ones in the middle of their cell', () => {
    const large: Image = { width: 3, height: 3, channels: 3, data: new Uint8Array(27).fill(10) };
    const small = pixel(1, Float32Array.of(1));
    const { width, height, data } = grid([large, small, large], { columns: 2, gap: 1, background: [0, 0, 0] });
    expect([width, height]).toEqual([9, 9]);
    const red = (x: number, y: number) => data[(y * 9 + x) * 3];
    expect([red(0, 0), red(1, 1), red(3, 3), red(4, 4)]).toEqual([0, 10, 10, 0]);
    expect([red(6, 2), red(5, 2), red(6, 1)]).toEqual([255, 0, 0]);
    expect([red(1, 5), red(6, 6)]).toEqual([10, 0]);
  });

  it('names what it cannot lay out', () => {
    expect(() => grid([])).toThrow(ImageSizeError);
    expect(() => grid([pixel(1, Uint8Array.of(1))], { columns: 0 })).toThrow(OptionError);
  });
});
