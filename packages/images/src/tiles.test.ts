import { expect, test } from 'vitest';
import { OptionError } from './errors.ts';
import { tiles } from './tiles.ts';

const sizes = [1, 7, 16, 17, 40, 63, 101];

test.each([
  [16, 16],
  [16, 23],
  [40, 12],
])(
  'tiles of %i x %i: every pixel is kept exactly once, and neighbours share at least the overlap',
  (tileWidth, tileHeight) => {
    for (const width of sizes)
      for (const height of sizes) {
        const parts = tiles({ width, height, tileWidth, tileHeight, overlap: 5 });
        const kept = new Uint8Array(width * height);
        for (const { region, kept: part } of parts) {
          expect([region.width, region.height]).toEqual([Math.min(width, tileWidth), Math.min(height, tileHeight)]);
          for (const [start, end, keptStart, keptEnd, length] of [
            [region.x, region.x + region.width, part.x, part.x + part.width, width],
            [region.y, region.y + region.height, part.y, part.y + part.height, height],
          ] as const) {
            // Away from the border of the image at least half of the overlap lies around what is kept.
            expect(keptStart - start).toBeGreaterThanOrEqual(start === 0 ? 0 : 2);
            expect(end - keptEnd).toBeGreaterThanOrEqual(end === length ? 0 : 2);
            expect(start >= 0 && end <= length).toBe(true);
          }
          for (let y = part.y; y < part.y + part.height; y++)
            for (let x = part.x; x < part.x + part.width; x++) kept[y * width + x]!++;
        }
        expect(kept.every((count) => count === 1)).toBe(true);
      }
  },
);

test('tiles begin and end at multiples, and there are no more than the overlap takes', () => {
  const parts = tiles({ width: 44, height: 100, tileWidth: 16, tileHeight: 16, overlap: 4, multiple: 4 });
  for (const { region } of parts) for (const length of Object.values(region)) expect(length % 4).toBe(0);
  expect(parts.length).toBe(4 * 8);
});

test('an image no larger than the tile is one tile', () => {
  const whole = { x: 0, y: 0, width: 12, height: 16 };
  const parts = tiles({ width: 12, height: 16, tileWidth: 16, tileHeight: 16, overlap: 16 });
  expect(parts).toEqual([{ region: whole, kept: whole }]);
});

test.each([{ overlap: 16 }, { overlap: -1 }, { tileWidth: 0 }, { tileHeight: 10.5 }, { width: 0 }, { multiple: 3 }])(
  'refuses %o',
  (wrong) => {
    const options = { width: 40, height: 40, tileWidth: 16, tileHeight: 16, overlap: 4, multiple: 4 };
    expect(() => tiles({ ...options, ...wrong })).toThrow(OptionError);
  },
);
