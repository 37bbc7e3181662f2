import { createRandom } from '@deflow/images';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gaussianWindow, uniformWindow } from '../filters/windows.ts';
import { type MeasuredImage, msSsim, ssim, ssimMap, vifp } from '../index.ts';
import { plainLoops } from './plain-loops.ts';
import { rowLength } from './row-loops.ts';
import { vectorLoops } from './vector-loops.ts';

const random = createRandom('rows');
const noise = (length: number) => Float64Array.from({ length }, () => 255 * random.uniform());

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('loops over rows in WebAssembly and in JavaScript', () => {
  const length = rowLength(70);
  const lengths = { from: 12 * length, to: length, other: length };

  const both = (compute: (loops: ReturnType<typeof plainLoops<keyof typeof lengths>>) => Float64Array[]) => {
    const from = noise(12 * length);
    const [vector, plain] = [vectorLoops(lengths), plainLoops(lengths)].map((loops) => {
      loops!.rows.from.set(from);
      return compute(loops!).map((row) => row.slice());
    });
    expect(vector!.every((row) => row.every(Number.isFinite) && new Set(row).size > length / 2)).toBe(true);
    return expect(vector).toEqual(plain!) as unknown;
  };

  it.each([
    ['a Gaussian of 3', gaussianWindow(3, 1)],
    ['a mean of 7', uniformWindow(7)],
    ["SSIM's Gaussian of 11", gaussianWindow(11, 1.5)],
  ])('give the same bits with %s, along a row and across rows in any order', (_, window) => {
    const along = Array.from(window, (_, k) => k);
    const across = along.map((k) => ((k + 4) % window.length) * length);
    for (const starts of [along, across])
      both(({ rows, weightedSum }) => {
        weightedSum(rows.from, starts, window, rows.to);
        return [rows.to];
      });
  });

  it('give the same moments', () => {
    both(({ rows, moments }) => {
      moments(rows.from.subarray(0, length), rows.from.subarray(length, 2 * length), rows.to, rows.other);
      return [rows.to, rows.other];
    });
  });

  it.each([Number.NEGATIVE_INFINITY, 0])('give the same scores where contrast counts as at least %d', (least) => {
    both(({ rows, scores }) => {
      // Local means as of pictures: variances above 0, covariances of both signs.
      rows.from.forEach((value, i) => {
        const moment = Math.floor(i / length);
        if (moment < 2) rows.from[i] = value / 10;
        else if (moment === 2) rows.from[i] = 2000 + value;
        else rows.from[i] = rows.from[i - 3 * length]! * rows.from[i - 2 * length]! + 10 * (value - 128);
      });
      scores(rows.from, { covarianceFactor: 49 / 48, c1: 6.5, c2: 58.5, least }, rows.to, rows.other);
      const negative = rows.to.filter((term) => term < 0).length;
      const zero = rows.to.filter((term) => term === 0).length;
      expect([negative, zero].map((count) => count > length / 4)).toEqual([least !== 0, least === 0]);
      // Distinct values, for `both`.
      return [rows.to.map((term, i) => term + i), rows.other.map((score, i) => score + i)];
    });
  });

  it('sum what a loop over the window sums', () => {
    const window = gaussianWindow(11, 1.5);
    const { rows, weightedSum } = vectorLoops(lengths)!;
    rows.from.set(noise(12 * length));
    const starts = Array.from(window, (_, k) => 3 * k + 1);
    weightedSum(rows.from, starts, window, rows.to);
    rows.to.forEach((sum, i) => {
      expect(sum).toBeCloseTo(
        starts.reduce((total, start, k) => total + window[k]! * rows.from[start + i]!, 0),
        10,
      );
    });
  });
});

describe('metrics without those in WebAssembly', () => {
  const picture = (width: number, height: number): MeasuredImage => ({
    ...{ width, height, channels: 1 as const },
    ...{ data: Uint8Array.from({ length: width * height }, () => random.integer(256)) },
  });
  const image = picture(190, 173);
  const reference = picture(190, 173);

  type Metrics = Pick<typeof import('../index.ts'), 'ssim' | 'ssimMap' | 'msSsim' | 'vifp'>;
  const all = (metrics: Metrics) => [
    metrics.ssim(image, reference, { convention: 'wang' }),
    metrics.ssim(image, reference, { convention: 'skimage' }),
    metrics.ssim(image, reference, { convention: 'pyiqa' }),
    metrics.ssimMap(image, reference),
    metrics.msSsim(image, reference, { convention: 'piq' }),
    metrics.vifp(image, reference),
  ];
  const expected = all({ ssim, ssimMap, msSsim, vifp });

  const forbidden = () => {
    throw new WebAssembly.CompileError('Refused to compile or instantiate WebAssembly module');
  };

  it.each([
    ['there is no WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
    ['a policy forbids it', () => vi.stubGlobal('WebAssembly', { ...WebAssembly, Module: forbidden })],
  ] as const)('give the same bits where %s', async (_, stub) => {
    stub();
    vi.resetModules();
    expect((await import('./vector-loops.ts')).vectorLoops({ row: 16 })).toBeUndefined();
    expect(all(await import('../index.ts'))).toEqual(expected);
  });

  it('give the same bits where there is not enough memory', () => {
    const wide = [picture(9000, 20), picture(9000, 20)] as const;
    const usual = ssim(...wide);
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    });
    const wider = [picture(30_000, 12), picture(30_000, 12)] as const;
    const starved = ssim(...wider);
    expect(grow).toHaveBeenCalled();
    grow.mockRestore();
    expect(ssim(...wider)).toBe(starved);
    expect(ssim(...wide)).toBe(usual);
  });
});
