import { createRandom } from '@deflow/images';
import {
  mean,
  moments,
  reshape,
  type Scalar,
  squaredDifference,
  sum,
  type Tensor,
  tensor4d,
  tidy,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { diagonalShift } from './diagonal-shift.ts';
import type { DomainShift } from './domain-shift.ts';
import { fullShift } from './full-shift.ts';

const random = createRandom('shift test');
const channels = 12;
const features = tensor4d(random.normals(2 * 3 * 2 * 5), [2, 3, 2, 5]);
const latent = tensor4d(random.normals(2 * 3 * 2 * channels), [2, 3, 2, channels]);
const values = (tensor: Tensor) => [...tensor.dataSync()];

/** A full shift with a random mean and factor. */
function randomFullShift(): DomainShift {
  const shift = fullShift({ channels, start: 0.1, random });
  tidy(() => {
    for (const each of shift.quick) {
      const noise = random.normals(each.size).map((value) => 0.5 * value);
      each.assign(reshape(tensor4d(noise, [1, 1, 1, each.size]), each.shape) as never);
    }
  });
  return shift;
}

/** ln N(x; mean, covariance) by Cholesky decomposition in float64. */
function logNormal(x: readonly number[], mean: readonly number[], covariance: readonly (readonly number[])[]): number {
  const size = x.length;
  const lower = covariance.map(() => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covariance[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
  }
  let total = (-size / 2) * Math.log(2 * Math.PI);
  const solved: number[] = [];
  for (let i = 0; i < size; i++) {
    let sum = x[i]! - mean[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i]![k]! * solved[k]!;
    solved.push(sum / lower[i]![i]!);
    total -= Math.log(lower[i]![i]!) + solved[i]! ** 2 / 2;
  }
  return total;
}

describe('full shift', () => {
  test('density equals the float64 one', () => {
    const shift = randomFullShift();
    const [centre, flatFactor] = shift.quick.map(values) as [number[], number[]];
    const factor = centre.map((_, i) => flatFactor.slice(i * channels, (i + 1) * channels));
    const covariance = factor.map((a, i) =>
      factor.map((b, j) => (i === j ? 1 : 0) + a.reduce((sum, value, k) => sum + value * b[k]!, 0)),
    );
    const all = values(latent);
    const got = values(shift.logDensity(latent, features));
    for (const image of [0, 1]) {
      let wanted = 0;
      for (let position = 0; position < 6; position++) {
        const start = (image * 6 + position) * channels;
        wanted += logNormal(all.slice(start, start + channels), centre, covariance);
      }
      expect(Math.abs(got[image]! - wanted) / Math.abs(wanted)).toBeLessThan(2e-6);
    }
  });

  test('the gradient of A vanishes at 0 and nowhere else', () => {
    const gradientAt = (start: number) => {
      const shift = fullShift({ channels, start, random });
      const { grads } = variableGrads(() => sum(shift.logDensity(latent, features)) as Scalar, [...shift.quick]);
      return Math.max(...values(grads[shift.quick[1]!.name]!).map(Math.abs));
    };
    expect(gradientAt(0)).toBe(0);
    expect(gradientAt(0.1)).toBeGreaterThan(0.1);
  });
});

describe.each([
  ['full', () => randomFullShift()],
  [
    'diagonal',
    () =>
      diagonalShift({
        kind: 'diagonal',
        channels,
        featureChannels: 5,
        start: 0.8,
        bound: 1.5,
        dependsOnConditioning: true,
        random,
      }),
  ],
])('%s', (_, make) => {
  const shift = make();
  const many = 20_000;
  const draw = () => tensor4d(random.normals(many * channels), [1, many, 1, channels]);
  const flat = zeros([1, many, 1, 5]) as never;

  test('degraded latents have the density that the objective gives them', () => {
    // E[ln p(y)] of a Gaussian is −½ (ln det(2 pi C) + channels): the density is right on average over its own draws.
    const clean = draw();
    const degraded = shift.degrade(clean, draw(), flat);
    const centre = shift.degrade(zeros([1, many, 1, channels]) as never, zeros([1, many, 1, channels]) as never, flat);
    const atCentre = values(shift.logDensity(centre, flat))[0]! / many;
    const reached = values(shift.logDensity(degraded, flat))[0]! / many;
    expect(reached - atCentre).toBeCloseTo(-channels / 2, 1);
  });

  test('restoring degraded draws of N(0, I) gives draws of N(0, I) back', () => {
    const restored = shift.restore(shift.degrade(draw(), draw(), flat), draw(), draw(), flat);
    const { mean: average, variance } = moments(restored, [0, 1, 2]);
    for (const each of values(average)) expect(Math.abs(each)).toBeLessThan(0.04);
    for (const each of values(variance)) expect(Math.abs(each - 1)).toBeLessThan(0.06);
  });

  test('without noise, restoring gives the posterior mean, closer to the clean latent than the degraded one', () => {
    const none = zeros([1, many, 1, channels]) as never;
    const clean = draw();
    const degraded = shift.degrade(clean, draw(), flat);
    const error = (guess: Tensor) => values(mean(squaredDifference(guess, clean)))[0]!;
    expect(error(shift.restore(degraded, none, none, flat))).toBeLessThan(0.8 * error(degraded));
  });
});
