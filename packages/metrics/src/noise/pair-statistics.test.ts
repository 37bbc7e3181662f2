import { createRandom, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { NoPatchesError, PairSizeError, pairStatistics } from '../index.ts';

const flat = (value: number, size = 240): Image<Float64Array> => ({
  width: size,
  height: size,
  channels: 3,
  data: new Float64Array(size * size * 3).fill(value / 255),
});

/** White noise of its own level in each channel, plus a constant change. */
function degrade(clean: Image<Float64Array>, { std, bias }: { std: readonly number[]; bias: readonly number[] }) {
  const random = createRandom(3);
  return {
    ...clean,
    data: clean.data.map((sample, i) => sample + (bias[i % 3]! + std[i % 3]! * random.normal()) / 255),
  };
}

describe('pairStatistics', () => {
  it('finds the level and the bias of each channel', () => {
    const clean = flat(120);
    const found = pairStatistics([{ clean, degraded: degrade(clean, { std: [4, 8, 12], bias: [1, 0, -2] }) }]);
    for (const [channel, level] of [4, 8, 12].entries()) expect(found.std[channel]! / level).toBeCloseTo(1, 1);
    expect(found.bias[0]).toBeCloseTo(1, 0);
    expect(found.bias[1]).toBeCloseTo(0, 0);
    expect(found.bias[2]).toBeCloseTo(-2, 0);
    expect(found.patches).toBe(400);
    expect(found.brightness[2]).toBeGreaterThan(7);
    expect(found.brightness[4]).toBeNaN();
  });

  it('gives independent pixels a twelfth of their level in 12x12 means and no correlation', () => {
    const clean = flat(120);
    const found = pairStatistics([{ clean, degraded: degrade(clean, { std: [12, 12, 12], bias: [0, 0, 0] }) }]);
    expect(found.low).toBeGreaterThan(0.9);
    expect(found.low).toBeLessThan(1.1);
    // A plane taken from 12x12 white samples leaves neighbours slightly opposed.
    expect(found.correlationHorizontal).toBeGreaterThan(-0.04);
    expect(found.correlationHorizontal).toBeLessThan(0);
    expect(found.kurtosis).toBeCloseTo(3, 1);
  });

  it('refuses pairs of different size and pairs without patches', () => {
    expect(() => pairStatistics([{ clean: flat(120), degraded: flat(120, 24) }])).toThrow(PairSizeError);
    expect(() => pairStatistics([{ clean: flat(120), degraded: flat(120, 24) }])).toThrow(/Pair 0.*240x240.*24x24/s);
    expect(() => pairStatistics([{ clean: flat(250), degraded: flat(250) }])).toThrow(NoPatchesError);
  });
});
