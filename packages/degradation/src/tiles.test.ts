import { createRandom } from '@deflow/images';
import { expect, test } from 'vitest';
import { memoryPerPixel } from './memory-per-pixel.ts';
import { noiseField } from './noise-field.ts';
import { presets } from './presets.ts';
import { tiles } from './tiles.ts';

test.each([
  [64, 64, 64, 16],
  [65 * 4, 33 * 4, 64, 16],
  [200, 100, 96, 48],
  [130 * 4, 8, 40, 0],
  [96, 96, 8, 48],
  [20, 12, 4, 10],
])('tiles of %i x %i keep every pixel once, lie inside and share what they should', (width, height, side, overlap) => {
  const seen = new Uint8Array(width * height);
  const limits = { largestSide: side, largestArea: 0.75 * side * side, overlap, multiple: 4 };
  const found = tiles({ width, height, ...limits });
  for (const { region, kept } of found) {
    expect([region.x % 4, region.y % 4, region.width % 4, region.height % 4]).toEqual([0, 0, 0, 0]);
    expect([region.width, region.height]).toEqual([found[0]!.region.width, found[0]!.region.height]);
    expect(region.x + region.width).toBeLessThanOrEqual(width);
    expect(region.y + region.height).toBeLessThanOrEqual(height);
    // Half of the overlap lies between what is kept and the end of the tile, unless the image ends there.
    for (const [start, end, keptStart, keptEnd, length] of [
      [region.x, region.x + region.width, kept.x, kept.x + kept.width, width],
      [region.y, region.y + region.height, kept.y, kept.y + kept.height, height],
    ] as const) {
      expect(keptStart - start).toBeGreaterThanOrEqual(start === 0 ? 0 : Math.floor(overlap / 2));
      expect(end - keptEnd).toBeGreaterThanOrEqual(end === length ? 0 : Math.floor(overlap / 2));
    }
    for (let y = kept.y; y < kept.y + kept.height; y++) {
      for (let x = kept.x; x < kept.x + kept.width; x++) seen[y * width + x]!++;
    }
  }
  expect(seen.every((count) => count === 1)).toBe(true);
});

test('tiles stay within the area and the side, and are no more than that takes', () => {
  const sizes = (largestArea: number, largestSide = 4096) =>
    tiles({ width: 504, height: 336, largestArea, largestSide, overlap: 64, multiple: 8 }).map(
      ({ region }) => `${region.width}x${region.height}`,
    );
  expect(sizes(504 * 336)).toEqual(['504x336']);
  expect(sizes(100_000)).toEqual(['288x336', '288x336']);
  expect(sizes(504 * 336, 400)).toEqual(['288x336', '288x336']);
  expect(sizes(40_000)).toEqual(Array(8).fill('176x200'));
  // Nothing fits: the smallest tiles that still share the overlap.
  expect(new Set(sizes(1))).toEqual(new Set(['72x72']));
});

test.each([
  ['small', 4 * ((4 * (32 + 24) + 8) / 4)],
  ['aim', 4 * ((16 * (128 + 24) + 320) / 4 + (16 * (128 + 48) + 320) / 16 + (16 * (128 + 192) + 320) / 64)],
] as const)('the memory that a pixel takes follows from the model: %s', (name, bytes) => {
  expect(memoryPerPixel(presets[name].model)).toBe(bytes);
});

test('tiles see the same noise where they overlap', async () => {
  const field = noiseField({ width: 32, height: 24, reduction: 4, channels: 3, random: createRandom(1) });
  const whole = await field.part({ x: 0, y: 0, width: 32, height: 24 }).data();
  const part = field.part({ x: 8, y: 12, width: 16, height: 8 });
  expect(part.shape).toEqual([1, 2, 4, 3]);
  (await part.data()).forEach((value, index) => {
    const [row, column, channel] = [Math.floor(index / 12), Math.floor(index / 3) % 4, index % 3];
    expect(value).toBe(whole[((3 + row) * 8 + 2 + column) * 3 + channel]);
  });
});
