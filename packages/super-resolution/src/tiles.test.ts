import { expect, test } from 'vitest';
import { tiles } from './tiles.ts';

const sizes = [1, 7, 16, 17, 40, 63, 101];

test('every pixel is kept exactly once, and tiles share at least the overlap', () => {
  for (const width of sizes)
    for (const height of sizes) {
      const parts = tiles({ width, height, tile: 16, overlap: 5, multiple: 1 });
      const kept = new Uint8Array(width * height);
      for (const { region, kept: part } of parts) {
        expect(region.x >= 0 && region.x + region.width <= width && region.width <= 16).toBe(true);
        expect(part.x >= region.x && part.x + part.width <= region.x + region.width).toBe(true);
        expect(part.y >= region.y && part.y + part.height <= region.y + region.height).toBe(true);
        for (let y = part.y; y < part.y + part.height; y++)
          for (let x = part.x; x < part.x + part.width; x++) kept[y * width + x]!++;
        // Away from the border of the image at least half of the overlap lies around what is kept.
        for (const margin of [part.x - region.x, region.x + region.width - part.x - part.width])
          expect(margin === 0 || margin >= 2).toBe(true);
      }
      expect(kept.every((count) => count === 1)).toBe(true);
    }
});

test('tiles begin and end at multiples', () => {
  const parts = tiles({ width: 44, height: 100, tile: 16, overlap: 4, multiple: 4 });
  for (const { region } of parts) for (const length of Object.values(region)) expect(length % 4).toBe(0);
  expect(parts.length).toBe(4 * 8);
});

test('an image no larger than the tile is one tile', () => {
  const whole = { x: 0, y: 0, width: 12, height: 16 };
  expect(tiles({ width: 12, height: 16, tile: 16, overlap: 4, multiple: 1 })).toEqual([{ region: whole, kept: whole }]);
});
