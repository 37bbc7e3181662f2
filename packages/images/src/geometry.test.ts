import { describe, expect, it } from 'vitest';
import { ImageSizeError, OptionError } from './errors.ts';
import { crop, flipHorizontal, flipVertical, paste, rotate90, transpose } from './geometry.ts';
import type { Image } from './image.ts';
import { pad } from './pad.ts';

// 0 1 2
// 3 4 5
const six: Image<Uint8Array> = { width: 3, height: 2, channels: 1, data: Uint8Array.of(0, 1, 2, 3, 4, 5) };
const rows = ({ width, height, channels, data }: Image) =>
  Array.from({ length: height }, (_, y) => [...data.subarray(y * width * channels, (y + 1) * width * channels)]);

describe('crop and paste', () => {
  it('cuts the named rectangle, all channels', () => {
    expect(rows(crop(six, { x: 1, y: 0, width: 2, height: 2 }))).toEqual([
      [1, 2],
      [4, 5],
    ]);
    const pairs: Image<Uint16Array> = {
      width: 2,
      height: 2,
      channels: 2,
      data: Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    };
    expect(rows(crop(pairs, { x: 1, y: 1, width: 1, height: 1 }))).toEqual([[7, 8]]);
  });

  it.each([
    { x: 2, y: 0, width: 2, height: 1 },
    { x: -1, y: 0, width: 1, height: 1 },
    { x: 0, y: 0, width: 0, height: 1 },
    { x: 0.5, y: 0, width: 1, height: 1 },
    { x: 0, y: Number.NaN, width: 1, height: 1 },
  ])('refuses %o', (rectangle) => {
    expect(() => crop(six, rectangle)).toThrow(ImageSizeError);
  });

  it('pastes what lies inside and leaves its arguments alone', () => {
    const nines: Image<Uint8Array> = { width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(9) };
    expect(rows(paste(six, nines, 2, 1))).toEqual([
      [0, 1, 2],
      [3, 4, 9],
    ]);
    expect(rows(paste(six, nines, -1, -1))).toEqual([
      [9, 1, 2],
      [3, 4, 5],
    ]);
    expect(rows(paste(six, nines, 7, 0))).toEqual(rows(six));
    expect([...six.data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => paste(six, { ...nines, data: new Uint16Array(4) } as never, 0, 0)).toThrow(ImageSizeError);
  });
});

describe('flips and turns', () => {
  it('move every pixel where they say', () => {
    expect(rows(flipHorizontal(six))).toEqual([
      [2, 1, 0],
      [5, 4, 3],
    ]);
    expect(rows(flipVertical(six))).toEqual([
      [3, 4, 5],
      [0, 1, 2],
    ]);
    expect(rows(transpose(six))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(rows(rotate90(six))).toEqual([
      [3, 0],
      [4, 1],
      [5, 2],
    ]);
    expect(rows(rotate90(six, 2))).toEqual([
      [5, 4, 3],
      [2, 1, 0],
    ]);
    expect(rows(rotate90(six, -1))).toEqual([
      [2, 5],
      [1, 4],
      [0, 3],
    ]);
    expect(rotate90(six, 4)).toEqual(six);
    expect(() => rotate90(six, 0.5)).toThrow(ImageSizeError);
  });

  it('keep the channels of a pixel together', () => {
    const colour: Image<Float32Array> = { width: 2, height: 1, channels: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    expect([...flipHorizontal(colour).data]).toEqual([4, 5, 6, 1, 2, 3]);
  });
});

describe('pad', () => {
  const sides = { left: 4, right: 4 };
  it('continues the image as each mode says, also far beyond it', () => {
    const line: Image<Uint8Array> = { width: 3, height: 1, channels: 1, data: Uint8Array.of(1, 2, 3) };
    expect([...pad(line, sides).data]).toEqual([3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1]);
    expect([...pad(line, { ...sides, mode: 'reflect' }).data]).toEqual([1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]);
    expect([...pad(line, { ...sides, mode: 'replicate' }).data]).toEqual([1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3]);
    expect([...pad(line, { ...sides, mode: 'constant', value: 7 }).data]).toEqual([7, 7, 7, 7, 1, 2, 3, 7, 7, 7, 7]);
  });

  it('pads rows too, and survives one pixel', () => {
    expect(rows(pad(six, { top: 1, left: 1 }))).toEqual([
      [0, 0, 1, 2],
      [0, 0, 1, 2],
      [3, 3, 4, 5],
    ]);
    const dot: Image<Uint8Array> = { width: 1, height: 1, channels: 1, data: Uint8Array.of(5) };
    expect(rows(pad(dot, { top: 1, right: 2, mode: 'reflect' }))).toEqual([
      [5, 5, 5],
      [5, 5, 5],
    ]);
  });

  it('names bad borders and modes', () => {
    expect(() => pad(six, { left: -1 })).toThrow(ImageSizeError);
    expect(() => pad(six, { left: 1, mode: 'mirror' as never })).toThrow(OptionError);
  });
});
