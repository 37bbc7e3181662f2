import { describe, expect, it } from 'vitest';
import { OptionError } from './errors.ts';
import { createRandom, restoreRandom } from './random.ts';

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const moment = (values: ArrayLike<number>, power: number) => mean(Array.from(values, (v) => v ** power));

describe('createRandom', () => {
  it('is xoshiro128**: its first words from the state 1, 2, 3, 4', () => {
    const random = restoreRandom({ key: [1, 2, 3, 4], words: [1, 2, 3, 4], spare: null });
    const words = Array.from({ length: 8 }, () => random.integer(2 ** 32));
    expect(words).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849]);
  });

  it('gives these numbers for ever', () => {
    const random = createRandom(0);
    expect([random.uniform(), random.uniform(), random.uniform()]).toEqual([
      0.21004547958505482, 0.4341546904750585, 0.7246353594492584,
    ]);
    expect(random.normal()).toBeCloseTo(-0.905485861594499, 14);
    expect(random.normal()).toBeCloseTo(0.5566292739552785, 14);
    expect([random.integer(1000), random.integer(1000)]).toEqual([652, 727]);
    expect(createRandom('photo').uniform()).toBe(0.1539607256052421);
    expect(createRandom(0).fork('a').uniform()).toBe(0.896615714751637);
  });

  it('tells seeds apart: numbers from texts, neighbours from each other', () => {
    const firsts = [0, 1, -1, 0.5, 1e300, '', '0', '1', 'é', 'e'].map((seed) => createRandom(seed).uniform());
    expect(new Set(firsts).size).toBe(10);
  });

  it('gives uniform numbers: 100,000 in 20 bins, chi-square below 43.8 (p = 0.001), mean within 4 standard errors', () => {
    const values = createRandom('uniform').uniforms(100_000);
    const bins = new Array(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
    expect(chiSquare).toBeLessThan(43.8);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 100_000));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('gives normal numbers: moments of 200,000 within 4 standard errors, neighbours uncorrelated', () => {
    const values = createRandom('normal').normals(200_000);
    const error = 4 / Math.sqrt(200_000);
    expect(Math.abs(moment(values, 1))).toBeLessThan(error);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(moment(values, 3))).toBeLessThan(error * Math.sqrt(15));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(error * Math.sqrt(96));
    const beyondThree = values.filter((value) => Math.abs(value) > 3).length / values.length;
    expect(Math.abs(beyondThree - 0.0027)).toBeLessThan(4 * Math.sqrt(0.0027 / 200_000));
    for (const lag of [1, 2]) {
      const products = Array.from(values.subarray(lag), (value, i) => value * values[i]!);
      expect(Math.abs(mean(products))).toBeLessThan(error);
    }
  });

  it('gives whole numbers without bias, up to 2^53', () => {
    const random = createRandom('integers');
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(10_000 * (6 / 7)));
    // Two thirds of 2^32: a remainder alone would give the lower half twice as often.
    const below = 3 * 2 ** 30;
    let low = 0;
    for (let i = 0; i < 30_000; i++) if (random.integer(below) < 2 ** 30) low++;
    expect(Math.abs(low - 10_000)).toBeLessThan(4 * Math.sqrt(30_000 * (2 / 9)));
    const large = Array.from({ length: 1000 }, () => random.integer(2 ** 53 - 1));
    expect(large.every(Number.isSafeInteger)).toBe(true);
    expect(Math.max(...large)).toBeGreaterThan(2 ** 52);
    expect(random.integer(1)).toBe(0);
  });

  it('shuffles fairly: every order of three items about equally often', () => {
    const random = createRandom('cards');
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(4 * Math.sqrt(2000 * (5 / 6)));
    expect([...random.shuffle(Int32Array.of(3, 1, 2))].sort()).toEqual([1, 2, 3]);
  });

  it('forks streams that depend on seed and name only', () => {
    const fresh = createRandom(5).fork('noise');
    const used = createRandom(5);
    used.normals(11);
    expect(used.fork('noise').uniforms(8)).toEqual(fresh.uniforms(8));
    const streams = ['noise', 'crops', ''].map((name) => createRandom(5).fork(name).uniforms(50_000));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const products = Array.from(streams[a]!, (value, i) => (value - 0.5) * (streams[b]![i]! - 0.5) * 12);
      expect(Math.abs(mean(products))).toBeLessThan(4 / Math.sqrt(50_000));
    }
  });

  it('goes on from a saved state, the spare normal number included', () => {
    const random = createRandom('resume');
    random.normals(7);
    const saved = JSON.parse(JSON.stringify(random.state()));
    expect(saved.spare).not.toBeNull();
    const restored = restoreRandom(saved);
    expect(restored.normals(9)).toEqual(random.normals(9));
    expect(restored.fork('x').uniform()).toBe(random.fork('x').uniform());
  });

  it('names bad seeds, bounds and states', () => {
    expect(() => createRandom(Number.NaN)).toThrow(OptionError);
    for (const below of [0, -1, 1.5, 2 ** 53, Number.NaN])
      expect(() => createRandom(0).integer(below)).toThrow(OptionError);
    for (const state of [null, {}, { key: [1, 2, 3, 4], words: [0, 0, 0, 0], spare: null }, { key: [1], words: [1] }])
      expect(() => restoreRandom(state as never)).toThrow(OptionError);
  });
});
