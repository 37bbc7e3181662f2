import { createRandom, grey, type Image, ImageSizeError, OptionError, toFloat } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { deadLeaves } from './dead-leaves.ts';
import { noiseTile, sampleTile, tileSize } from './noise-tile.ts';

const make = (seed: number, width = 120, height = 80) => deadLeaves({ width, height, random: createRandom(seed) });
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Standard deviation within each 8 x 8 block, in units of 1/255. */
const blockDeviations = (image: Image): number[] => {
  const { width, height, data } = grey(toFloat(image));
  const blocks: number[] = [];
  for (let top = 0; top + 8 <= height; top += 8)
    for (let left = 0; left + 8 <= width; left += 8) {
      const values = Array.from({ length: 64 }, (_, i) => 255 * data[(top + (i >> 3)) * width + left + (i & 7)]!);
      blocks.push(Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))));
    }
  return blocks;
};

describe('deadLeaves', () => {
  it('is a picture of the size asked for, the same for the same seed, another for another', () => {
    const picture = make(1);
    expect(picture).toMatchObject({ width: 120, height: 80, channels: 3 });
    expect(make(1)).toEqual(picture);
    expect(make(2)).not.toEqual(picture);
  });

  it('has flat and rich patches, dark and bright pictures, colours', () => {
    const pictures = Array.from({ length: 30 }, (_, seed) => make(seed));
    const deviations = pictures.flatMap(blockDeviations).sort((a, b) => a - b);
    expect(deviations[Math.floor(0.15 * deviations.length)]).toBeLessThan(3);
    expect(deviations[Math.floor(0.7 * deviations.length)]).toBeGreaterThan(12);
    const brightness = pictures.map(({ data }) => mean([...data]));
    expect(Math.min(...brightness)).toBeLessThan(90);
    expect(Math.max(...brightness)).toBeGreaterThan(160);
    const saturation = pictures.map(({ data }) => {
      const spreads = Array.from({ length: data.length / 3 }, (_, i) => {
        const pixel = data.subarray(3 * i, 3 * i + 3);
        return Math.max(...pixel) - Math.min(...pixel);
      });
      return mean(spreads);
    });
    expect(mean(saturation)).toBeGreaterThan(20);
  });

  it('has a falling spectrum: neighbours are alike (correlation 0.85 to 0.999), further pixels less so', () => {
    const correlations = [1, 8].map((lag) =>
      mean(
        Array.from({ length: 8 }, (_, seed) => {
          const { width, height, data } = grey(toFloat(make(seed, 160, 120)));
          const average = mean([...data]);
          let product = 0;
          let square = 0;
          for (let y = 0; y < height; y++)
            for (let x = 0; x + lag < width; x++) {
              product += (data[y * width + x]! - average) * (data[y * width + x + lag]! - average);
              square += (data[y * width + x]! - average) ** 2;
            }
          return product / square;
        }),
      ),
    );
    expect(correlations[0]).toBeGreaterThan(0.85);
    expect(correlations[0]).toBeLessThan(0.999);
    expect(correlations[1]).toBeLessThan(correlations[0]! - 0.05);
  });

  it('survives one pixel and takes the radii given; names sizes and radii that make no sense', () => {
    expect(make(1, 1, 1).data).toHaveLength(3);
    const coarse = deadLeaves({ width: 96, height: 96, random: createRandom(4), radii: [20, 40] });
    const fine = deadLeaves({ width: 96, height: 96, random: createRandom(4), radii: [1, 40] });
    expect(coarse).not.toEqual(fine);
    const random = createRandom(1);
    expect(() => deadLeaves({ width: 0, height: 5, random })).toThrow(ImageSizeError);
    expect(() => deadLeaves({ width: 5, height: 5, random, radii: [3, 2] })).toThrow(OptionError);
  });
});

describe('noiseTile', () => {
  it('has mean square 1 and no seam', () => {
    const tile = noiseTile(createRandom(1), 1);
    expect(mean(Array.from(tile, (value) => value * value))).toBeCloseTo(1, 5);
    const across = mean(
      Array.from({ length: tileSize }, (_, y) => Math.abs(tile[y * tileSize]! - tile[y * tileSize + 255]!)),
    );
    const inside = mean(
      Array.from({ length: tileSize }, (_, y) => Math.abs(tile[y * tileSize + 129]! - tile[y * tileSize + 128]!)),
    );
    expect(across).toBeLessThan(3 * inside);
    expect(sampleTile(tile, 3 - tileSize, 5 + 2 * tileSize)).toBe(tile[5 * tileSize + 3]);
    expect(sampleTile(tile, 3.5, 5)).toBeCloseTo((tile[5 * tileSize + 3]! + tile[5 * tileSize + 4]!) / 2, 6);
  });

  it('is the smoother the greater the roughness exponent', () => {
    const steps = [0.1, 1, 2].map((roughness) => {
      const tile = noiseTile(createRandom(2), roughness);
      return mean(Array.from({ length: 10_000 }, (_, i) => (tile[i + 1]! - tile[i]!) ** 2));
    });
    expect(steps[0]).toBeGreaterThan(2 * steps[1]!);
    expect(steps[1]).toBeGreaterThan(2 * steps[2]!);
  });
});
