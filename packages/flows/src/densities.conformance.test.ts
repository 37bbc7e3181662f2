import { createRandom } from '@deflow/images';
import {
  add,
  grads,
  log,
  matMul,
  memory,
  mul,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { choleskyFactor } from './cholesky.ts';
import { diagonalNormalLogDensity } from './diagonal-normal.ts';
import { fullCovarianceNormalLogDensity } from './full-covariance-normal.ts';
import { invert } from './host-matrix.ts';
import { mixChannels } from './mix-channels.ts';
import { positionsOf } from './shape.ts';
import { standardNormalLogDensity } from './standard-normal.ts';
import { identityMatrix, invertLowerTriangular } from './triangular.ts';

const random = createRandom('densities');
const normal = (shape: number[], factor = 1): Tensor =>
  tensor(
    random.normals(shape.reduce((product, size) => product * size, 1)).map((value) => factor * value),
    shape,
  );

const expectClose = (got: Tensor, wanted: Tensor | readonly number[], tolerance = 1e-5) => {
  const [values, targets] = [got.dataSync(), 'dataSync' in wanted ? wanted.dataSync() : wanted];
  expect(values.length).toBe(targets.length);
  const largest = Math.max(1, ...Array.from(targets, Math.abs));
  values.forEach((value, i) => {
    expect(Math.abs(value - targets[i]) / largest).toBeLessThan(tolerance);
  });
};

/** The log-density in float64, from the general inverse. */
function onHost(z: Tensor, mean: Tensor, a: Tensor): number[] {
  const size = mean.size;
  const [values, m, flat] = [z.dataSync(), mean.dataSync(), a.dataSync()];
  const covariance = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => {
      let total = i === j ? 1 : 0;
      for (let k = 0; k < size; k++) total += flat[i * size + k] * flat[j * size + k];
      return total;
    }),
  );
  const { inverse, logDet } = invert(covariance);
  const perSample = values.length / z.shape[0];
  return Array.from({ length: z.shape[0] }, (_, sample) => {
    let total = 0;
    for (let at = sample * perSample; at < (sample + 1) * perSample; at += size) {
      const d = Array.from(m, (value, i) => values[at + i] - value);
      const distance = d.reduce((sum, di, i) => sum + di * d.reduce((row, dj, j) => row + inverse[i][j] * dj, 0), 0);
      total -= (logDet + size * Math.log(2 * Math.PI) + distance) / 2;
    }
    return total;
  });
}

/** The same density with gradients through every operation of the factorisation. */
function differentiatedThrough(z: Tensor, mean: Tensor, a: Tensor): Tensor1D {
  const channels = mean.size;
  const factor = choleskyFactor(
    add(identityMatrix(channels), matMul(a as Tensor2D, a as Tensor2D, false, true)) as Tensor2D,
  );
  const white = mixChannels(sub(z, mean), invertLowerTriangular(factor));
  const logDeterminant = mul(sum(log(sum(mul(factor, identityMatrix(channels)), 1))), 2 * positionsOf(z));
  const squares = sum(add(square(white), Math.log(2 * Math.PI)), [1, 2, 3]);
  return mul(add(squares, logDeterminant), -0.5) as Tensor1D;
}

describe('the standard and the diagonal normal', () => {
  const z = normal([2, 3, 2, 4]);

  test('agree with each other and with the formula', () => {
    const standard = standardNormalLogDensity(z);
    expectClose(standard, onHost(z, zeros([4]), zeros([4, 4])));
    expectClose(diagonalNormalLogDensity(z, zeros([4]), zeros([4])), standard);
  });

  test('a mean and a deviation per channel or per element', () => {
    const [mean, logStd] = [normal([4]), normal([4], 0.5)];
    const deviations = Array.from(logStd.dataSync(), Math.exp);
    const standardised = mul(sub(z, mean), tensor(deviations.map((value) => 1 / value)));
    const shift = 6 * Array.from(logStd.dataSync()).reduce((total, value) => total + value, 0);
    const wanted = sub(standardNormalLogDensity(standardised), shift);
    expectClose(diagonalNormalLogDensity(z, mean, logStd), wanted);
    const everywhere = (values: Tensor) => add(zeros(z.shape), values);
    expectClose(diagonalNormalLogDensity(z, everywhere(mean), everywhere(logStd)), wanted);
  });
});

describe.each([1, 3, 6, 12, 96])('the full-covariance normal of %i channels', (channels) => {
  const z = normal([2, 3, 2, channels]);
  const mean = normal([channels]);
  const a = normal([channels, channels], 0.7) as Tensor2D;

  test('equals float64', () => {
    expectClose(fullCovarianceNormalLogDensity(z, mean, a), onHost(z, mean, a));
  });

  test('has the gradients of its formula, each sample weighted by itself', () => {
    const weights = tensor([0.3, -1.7]);
    const of = (density: typeof differentiatedThrough) =>
      grads((z, mean, a) => sum(mul(density(z, mean, a), weights)))([z, mean, a]);
    const wanted = of(differentiatedThrough);
    of(fullCovarianceNormalLogDensity as typeof differentiatedThrough).forEach((gradient, i) => {
      expectClose(gradient, wanted[i], 2e-5);
    });
  });
});

test('densities leave one tensor behind', () => {
  const [z, mean, a] = [normal([2, 2, 2, 3]), normal([3]), normal([3, 3]) as Tensor2D];
  const logStd = scalar(0.1);
  for (const density of [
    () => standardNormalLogDensity(z),
    () => diagonalNormalLogDensity(z, mean, logStd),
    () => fullCovarianceNormalLogDensity(z, mean, a),
  ]) {
    const before = memory().numTensors;
    density().dispose();
    expect(memory().numTensors).toBe(before);
  }
});
