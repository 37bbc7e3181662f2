import type { FlatPatchStatistics, PairStatistics } from '@deflow/metrics';
import { describe, expect, it } from 'vitest';
import { acceptance, countPassed } from './acceptance.ts';

const flat = (
  std: number,
  correlation: number,
  channels: readonly [number, number, number],
  kurtosis: number,
  brightness: FlatPatchStatistics['brightness'],
  detail: readonly [number, number, number],
): FlatPatchStatistics => ({
  std,
  correlationHorizontal: correlation,
  correlationVertical: correlation,
  channelCorrelation: { rg: channels[0], gb: channels[1], rb: channels[2] },
  kurtosis,
  brightness,
  texture: { flat: detail[0], middle: detail[1], textured: detail[2] },
  perPictureStd: { mean: std, sd: 3 },
  patches: 1000,
});

const pair = (bias: PairStatistics['bias']): PairStatistics => ({
  ...flat(13, 0.4, [0.7, 0.7, 0.7], 3, [1, 1, 1, 1], [5, 6, 7]),
  std: [13, 13, 13],
  brightness: [1, 1, 1, 1, 1],
  low: 3,
  bias,
});

// The rows of a published study of one camera: real noise, what a good small flow learned, a bad one, and Gaussian noise.
const real = flat(14.08, 0.456, [0.73, 0.72, 0.68], 3.16, [15.7, 15.1, 12.4, 10.6], [5.2, 6.0, 7.1]);
const good = flat(14.07, 0.472, [0.74, 0.7, 0.61], 3.05, [14.4, 14.5, 13.9, 9.6], [6.5, 8.0, 9.2]);
const textureCopier = flat(9.28, 0.446, [0.81, 0.79, 0.7], 3.61, [10.5, 9.7, 9.3, 7.9], [3.9, 9.6, 12.4]);
const gaussian = flat(14.19, 0.045, [0.13, 0.13, 0.13], 3.02, [13.9, 14.3, 14.4, 13.9], [6.8, 7.9, 9.1]);

const failures = (noise: FlatPatchStatistics, bias: PairStatistics['bias'] = [0, 0, 0]) =>
  acceptance(real, { flat: noise, pair: pair(bias) })
    .filter(({ passed }) => passed === false)
    .map(({ quantity }) => quantity);

describe('acceptance', () => {
  it('passes noise that was learned well', () => {
    expect(failures(good, [-0.5, -0.4, 0.9])).toEqual([]);
  });

  it('fails Gaussian noise of the right level on correlation and brightness', () => {
    expect(failures(gaussian)).toEqual([
      'Correlation of neighbours, difference',
      'Correlation of channels, difference',
      'Level in shadows over highlights',
    ]);
  });

  it('fails noise that copies texture', () => {
    expect(failures(textureCopier)).toEqual([
      'Level, ratio to real',
      'Finest detail, textured over flat',
      'Kurtosis, difference',
    ]);
  });

  it('has the published limits on that camera', () => {
    expect(acceptance(real, { flat: good }).map(({ demand }) => demand)).toEqual([
      '0.80 to 1.25',
      '≤ 0.12',
      '≤ 0.18',
      '≥ 1.15',
      '≤ 1.80',
      '0.70 to 1.50',
      '≤ 3.00',
      '≤ 0.40',
    ]);
  });

  it('judges colour against the true change where it is known', () => {
    const judged = acceptance(real, { flat: good, pair: pair([5, 5, 5]) }, [4, 4, 4]);
    expect(judged.find(({ quantity }) => quantity.startsWith('Change of colour'))).toMatchObject({
      value: 1,
      passed: true,
    });
  });

  it('leaves open what the pictures do not tell', () => {
    const dark = { ...good, brightness: [15, 15, 15, Number.NaN] as const };
    const rows = acceptance(real, { flat: dark });
    expect(rows.filter(({ passed }) => passed === undefined).map(({ quantity }) => quantity)).toEqual([
      'Level in shadows over highlights',
      'Change of colour, any channel',
    ]);
    expect(countPassed(rows)).toEqual({ passed: 6, judged: 6 });
  });

  it('turns the demand on brightness around for a camera that is noisier in the lights', () => {
    const reversed = { ...real, brightness: [10, 11, 12, 15] as const };
    const row = acceptance(reversed, { flat: { ...good, brightness: [10, 11, 12, 14] } })[3]!;
    expect(row.demand).toBe('≤ 0.90');
    expect(row.passed).toBe(true);
  });
});
