import { createRandom, type Image, ImageChannelsError, ImageSizeError, OptionError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { patchSampler } from './patch-sampler.ts';

/** Red counts columns, green rows; blue names the image. */
const marked = (width: number, height: number, blue: number): Image<Uint8Array> => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % width, Math.floor(pixel / width), blue][i % 3]!;
  }),
});

const images = [marked(9, 6, 10), marked(5, 7, 20), marked(4, 4, 30)];
const size = 4;

/** What a patch shows: which image, which corner, whether mirrored. */
const read = (patches: Float32Array, index: number) => {
  const patch = Array.from(patches.subarray(index * 48, (index + 1) * 48), (value) => Math.round(value * 255));
  const mirrored = patch[0]! > patch[3]!;
  return { image: patch[2]!, x: mirrored ? patch[9]! : patch[0]!, y: patch[1]!, mirrored, patch };
};

describe('patchSampler', () => {
  const sample = patchSampler({ images, size });

  it('cuts true pieces of the images, divided by 255', () => {
    const patches = sample(createRandom(1), 50);
    expect(patches).toHaveLength(50 * size * size * 3);
    for (let n = 0; n < 50; n++) {
      const { image, x, y, mirrored, patch } = read(patches, n);
      const expected = Array.from({ length: 16 }, (_, i) => {
        const column = mirrored ? 3 - (i % 4) : i % 4;
        return [x + column, y + Math.floor(i / 4), image];
      });
      expect(patch).toEqual(expected.flat());
    }
    expect(patches[2]).toBe(Math.fround(Math.round(patches[2]! * 255) / 255));
  });

  it('draws images, positions and flips evenly (12,000 patches, within 4 standard errors)', () => {
    const count = 12_000;
    const patches = sample(createRandom(2), count);
    const seen = Array.from({ length: count }, (_, n) => read(patches, n));
    const near = (found: number, share: number) =>
      expect(Math.abs(found - count * share)).toBeLessThan(4 * Math.sqrt(count * share * (1 - share)));
    for (const image of [10, 20, 30]) near(seen.filter((patch) => patch.image === image).length, 1 / 3);
    for (let x = 0; x <= 5; x++)
      for (let y = 0; y <= 2; y++)
        near(seen.filter((patch) => patch.image === 10 && patch.x === x && patch.y === y).length, 1 / 3 / 18);
    near(seen.filter(({ mirrored }) => mirrored).length, 1 / 2);
  });

  it('depends on the generator only', () => {
    const random = createRandom(3);
    const first = sample(random, 5);
    const second = sample(random, 5);
    expect(second).not.toEqual(first);
    expect(patchSampler({ images, size })(createRandom(3), 10)).toEqual(Float32Array.of(...first, ...second));
  });

  it('leaves left and right alone when told to', () => {
    const patches = patchSampler({ images, size, flip: false })(createRandom(4), 100);
    expect(Array.from({ length: 100 }, (_, n) => read(patches, n).mirrored)).not.toContain(true);
  });

  it('names images that it cannot use', () => {
    expect(() => patchSampler({ images: [], size })).toThrow(ImageSizeError);
    expect(() => patchSampler({ images, size: 5 })).toThrow(/Image 2 is 4 x 4, smaller than a patch of 5 x 5/);
    expect(() => patchSampler({ images, size: 0 })).toThrow(OptionError);
    const grey: Image<Uint8Array> = { width: 5, height: 5, channels: 1, data: new Uint8Array(25) };
    expect(() => patchSampler({ images: [grey], size })).toThrow(ImageChannelsError);
  });
});
