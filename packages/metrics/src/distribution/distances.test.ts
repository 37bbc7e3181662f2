import { createRandom, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { haveVectors, vectorJson } from '../../test/vectors.ts';
import { FeatureSetError, frechetDistance, kernelDistance, sceneFeatures } from '../index.ts';

/** The reproducible numbers in 0..1 of the folder of published values. */
const u = (i: number, layer: number) => {
  const prime = 16777213;
  return ((((i * i) % prime) * 6180339 + i * 7919 + (layer + 1) * 1048573) % prime) / prime;
};

interface SetFormula {
  readonly n: number;
  readonly d: number;
  readonly l: number;
  readonly scale: number;
  readonly offset: number;
}

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
    expect(frechetDistance(x, y)).toBeCloseTo(expected.fid_mp40, key === 'D_singular' ? 6 : 11);
    expect(kernelDistance(x, y)).toBeCloseTo(expected.kid_unbiased_full, 11);
    expect(kernelDistance(x, y, { estimator: 'biased' })).toBeCloseTo(expected.mmd_biased_full, 11);
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

  it('names what cannot be compared', () => {
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
