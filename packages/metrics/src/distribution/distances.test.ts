import { createRandom, type Image, OptionError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import type { SetFormula } from '../../test/vector-files.ts';
import { haveVectors, vectorJson } from '../../test/vectors.ts';
import {
  FeatureSetError,
  featureMoments,
  frechetDistance,
  kernelDistance,
  kernelDistanceBlocks,
  sceneFeatures,
} from '../index.ts';

/** The reproducible numbers in 0..1 of the folder of published values. */
const u = (i: number, layer: number) => {
  const prime = 16777213;
  return ((((i * i) % prime) * 6180339 + i * 7919 + (layer + 1) * 1048573) % prime) / prime;
};

const vectors = ({ n, d, l, scale, offset }: SetFormula) =>
  Array.from({ length: n }, (_, i) =>
    Float64Array.from(
      { length: d },
      (_, j) => offset * (j % 3) + scale * (u(i * d + j, l) + 0.5 * u(i * d + ((j + 1) % d), l)),
    ),
  );

describe.skipIf(!haveVectors)('distances of published feature sets (shared/vectors/metrics)', () => {
  const sets = haveVectors ? vectorJson('peers/expected.json').featureSets : {};

  it.each(['A', 'B', 'C_unequal', 'D_singular'])('set %s', (key) => {
    const expected = sets[key];
    const [x, y] = [vectors(expected.X), vectors(expected.Y)];
    expect(x.flatMap((row) => [...row]).reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.sumX, 8);
    expect(frechetDistance(x, y)).toBeCloseTo(Number(expected.fid_mp40), 11);
    // Where vectors have more values than there are vectors, moments alone are not exact enough for more.
    const moments = frechetDistance(featureMoments(x), featureMoments(y));
    expect(moments).toBeCloseTo(Number(expected.fid_mp40), key === 'D_singular' ? 6 : 11);
    // Newton and Schulz' iteration of piq ends early.
    expect(Math.abs(moments - expected.fid_piq)).toBeLessThan(2e-4);
    expect(kernelDistance(x, y)).toBeCloseTo(expected.kid_unbiased_full, 11);
    expect(kernelDistance(x, y, { estimator: 'biased' })).toBeCloseTo(expected.mmd_biased_full, 11);
  });

  it.each(['A', 'B'])('set %s: the stated blocks of KID', (key) => {
    const expected = sets[key];
    const [x, y] = [vectors(expected.X), vectors(expected.Y)];
    const { m, each, mean } = expected.kid_subsets;
    const drawn = (set: Float64Array[], step: number) =>
      Array.from({ length: m }, (_, t) => set[(step + 3 * t) % set.length]!);
    const values = each.map((_: number, s: number) => kernelDistance(drawn(x, 7 * s), drawn(y, 5 * s)));
    for (const [s, value] of values.entries()) expect(value).toBeCloseTo(each[s], 11);
    expect(values.reduce((sum: number, value: number) => sum + value, 0) / values.length).toBeCloseTo(mean, 11);
    expect(kernelDistance(x, y)).toBeCloseTo(expected.kid_piq, 11);
  });

  it('the sines of the small example', () => {
    const example = vectorJson('synthetic.json').fid_kid;
    const x = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 8 }, (_, d) => Math.sin(0.37 * (i + 1) * (d + 1)) + (0.05 * i) / 40),
    );
    const y = Array.from({ length: 37 }, (_, i) =>
      Array.from({ length: 8 }, (_, d) => 1.1 * Math.cos(0.29 * (i + 1) * (d + 2)) + 0.02 * d),
    );
    expect(frechetDistance(x, y)).toBeCloseTo(example.fid_eig, 11);
    expect(frechetDistance(x, y)).toBeCloseTo(example.fid_sqrtm, 11);
    expect(kernelDistance(x, y)).toBeCloseTo(example.kid_unbiased_full, 11);
    expect(kernelDistance(x.slice(0, 37), y)).toBeCloseTo(example.kid_equal_m37_first37, 11);
  });
});

describe('distances of feature sets', () => {
  it('are zero, or nearly, for equal sets', () => {
    const set = vectors({ n: 30, d: 5, l: 1, scale: 1, offset: 0 });
    expect(frechetDistance(set, set)).toBeCloseTo(0, 12);
    expect(kernelDistance(set, set, { estimator: 'biased' })).toBeCloseTo(0, 12);
  });

  it('is the squared distance of means when the covariances are equal', () => {
    const set = vectors({ n: 30, d: 5, l: 1, scale: 1, offset: 0 });
    const moved = set.map((row) => row.map((value) => value + 2));
    expect(frechetDistance(set, moved)).toBeCloseTo(5 * 4, 10);
  });

  it('is the sum over (sqrt a - sqrt b)^2 for covariances with the same directions', () => {
    const size = 300;
    const [a, b] = [(i: number) => 1 / (1 + i), (i: number) => 4 / (1 + i) ** 1.5];
    // Turned by the reflection 1 - 2 u u' with u = (1, ..., 1) / sqrt(size).
    const turned = (eigenvalue: (i: number) => number) => {
      const values = Float64Array.from({ length: size }, (_, i) => eigenvalue(i));
      const total = values.reduce((sum, value) => sum + value, 0);
      const covariance = Float64Array.from({ length: size * size }, (_, at) => {
        const [i, j] = [Math.floor(at / size), at % size];
        const own = i === j ? values[i]! : 0;
        return own - (2 * (values[i]! + values[j]!)) / size + (4 * total) / size ** 2;
      });
      return { mean: new Float64Array(size), covariance, count: size };
    };
    let expected = 0;
    for (let i = 0; i < size; i++) expected += (Math.sqrt(a(i)) - Math.sqrt(b(i))) ** 2;
    expect(frechetDistance(turned(a), turned(b))).toBeCloseTo(expected, 10);
  });

  it('has the unit test of pytorch-fid: means 0 and 1, unit covariances', () => {
    const unit = (size: number, mean: number) => ({
      mean: new Float64Array(size).fill(mean),
      covariance: Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
      count: 2,
    });
    expect(frechetDistance(unit(192, 0), unit(192, 1))).toBeCloseTo(192, 10);
  });

  it('takes moments, gathered in one pass over however many vectors', () => {
    const [x, y] = [
      vectors({ n: 700, d: 11, l: 1, scale: 1, offset: 3 }),
      vectors({ n: 513, d: 11, l: 2, scale: 2, offset: 0 }),
    ];
    const moments = featureMoments(x.values());
    expect(moments.count).toBe(700);
    const mean = (i: number) => x.reduce((sum, row) => sum + row[i]!, 0) / 700;
    const [first, last] = [mean(0), mean(10)];
    expect(moments.mean[10]).toBeCloseTo(last, 12);
    const product = x.reduce((sum, row) => sum + (row[0]! - first) * (row[10]! - last), 0) / 699;
    expect(moments.covariance[10]).toBeCloseTo(product, 12);
    expect(moments.covariance[110]).toBe(moments.covariance[10]);
    const expected = frechetDistance(x, y);
    expect(frechetDistance(moments, featureMoments(y))).toBeCloseTo(expected, 12);
    expect(frechetDistance(moments, y)).toBeCloseTo(expected, 12);
    // The values do not lie near zero: a shift of both changes nothing.
    const far = (set: Float64Array[]) => set.map((row) => row.map((value) => value + 1e4));
    expect(frechetDistance(featureMoments(far(x)), featureMoments(far(y)))).toBeCloseTo(expected, 7);
  });

  it('draws the same blocks for the same seed', () => {
    const [x, y] = [
      vectors({ n: 60, d: 6, l: 1, scale: 1, offset: 0 }),
      vectors({ n: 50, d: 6, l: 2, scale: 1.2, offset: 0.1 }),
    ];
    const draw = (seed: number) => kernelDistanceBlocks(x, y, { blocks: 20, size: 30, seed });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3).mean).not.toBe(draw(4).mean);
    const { mean, deviation, each } = draw(3);
    expect(each.length).toBe(20);
    expect(mean).toBeCloseTo(each.reduce((sum, value) => sum + value, 0) / 20, 14);
    // Unbiased: blocks scatter about the value of all vectors.
    expect(Math.abs(mean - kernelDistance(x, y))).toBeLessThan(deviation);
    const all = kernelDistanceBlocks(x.slice(0, 50), y, { blocks: 2 });
    expect(all.mean).toBeCloseTo(kernelDistance(x.slice(0, 50), y), 12);
    expect(all.deviation).toBeLessThan(1e-12);
    expect(() => kernelDistanceBlocks(x, y, { size: 51 })).toThrow(/2 to 50 vectors/);
    expect(() => kernelDistanceBlocks(x, y, { blocks: 0 })).toThrow(OptionError);
    // @ts-expect-error an unknown estimator
    expect(() => kernelDistance(x, y, { estimator: 'robust' })).toThrow(/unbiased, biased/);
  });

  it('names what cannot be compared', () => {
    const moments = featureMoments(vectors({ n: 9, d: 3, l: 1, scale: 1, offset: 0 }));
    expect(() => frechetDistance(moments, vectors({ n: 9, d: 4, l: 1, scale: 1, offset: 0 }))).toThrow(FeatureSetError);
    expect(() => frechetDistance(moments, { ...moments, covariance: new Float64Array(8) })).toThrow(/8 covariances/);
    const holed = { ...moments, mean: moments.mean.map(() => Number.NaN) };
    expect(() => frechetDistance(holed, moments)).toThrow(/finite/);
    expect(() => featureMoments([[1, 2]])).toThrow(/one has 1 vectors/);
    expect(() =>
      featureMoments([
        [1, 2],
        [Number.NaN, 2],
      ]),
    ).toThrow(/value 0 of vector 1 is NaN/);
    const set = [
      [1, 2],
      [3, 4],
    ];
    for (const distance of [frechetDistance, kernelDistance]) {
      expect(() => distance(set, [[1, 2]])).toThrow(FeatureSetError);
      expect(() => distance(set, [[1, 2], [3]])).toThrow(/vector 1 has 1 values/);
      expect(() => distance(set, [...set, [Number.NaN, 1]])).toThrow(/value 0 of vector 2 is NaN/);
    }
  });

  it('tells noisy pictures from clean ones by the features of scenes', () => {
    const picture = (seed: number, noise: number): Image<Uint8Array> => {
      const random = createRandom(seed);
      let level = 128;
      const data = Uint8Array.from({ length: 384 * 288 }, () => {
        level += 0.05 * (128 - level) + 12 * random.normal();
        return Math.min(Math.max(level + noise * random.normal(), 0), 255);
      });
      return { width: 384, height: 288, channels: 1, data };
    };
    const features = [picture(1, 0), picture(2, 0), picture(3, 40)].map((image) => sceneFeatures(image));
    const [clean, other, noisy] = features as [Float64Array[], Float64Array[], Float64Array[]];
    expect(clean.length).toBe(12);
    expect(frechetDistance(clean, noisy)).toBeGreaterThan(5 * frechetDistance(clean, other));
    expect(kernelDistance(clean, noisy)).toBeGreaterThan(5 * Math.abs(kernelDistance(clean, other)));
  });
});
