import { createRandom } from '@deflow/images';
import { expect, test } from 'vitest';
import { noiseField } from './noise-field.ts';
import { tiles } from './tiles.ts';

test.each([
  [64, 64, 64, 16],
  [65 * 4, 33 * 4, 64, 16],
  [200, 100, 96, 48],
  [130 * 4, 8, 40, 0],
])('tiles of %i x %i keep every pixel once and lie inside', (width, height, tileSize, overlap) => {
  const seen = new Uint8Array(width * height);
  for (const { region, kept } of tiles({ width, height, tileSize, overlap, multiple: 4 })) {
    expect([region.x % 4, region.y % 4, region.width % 4, region.height % 4]).toEqual([0, 0, 0, 0]);
    expect(region.x + region.width).toBeLessThanOrEqual(width);
    expect(region.y + region.height).toBeLessThanOrEqual(height);
    expect(kept.x).toBeGreaterThanOrEqual(region.x);
    expect(kept.x + kept.width).toBeLessThanOrEqual(region.x + region.width);
    for (let y = kept.y; y < kept.y + kept.height; y++) {
      for (let x = kept.x; x < kept.x + kept.width; x++) seen[y * width + x]!++;
    }
  }
  expect(seen.every((count) => count === 1)).toBe(true);
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
