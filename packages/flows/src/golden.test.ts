import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@deflow/images';
import {
  add,
  concat,
  exp,
  log,
  mul,
  pad,
  reshape,
  scalar,
  slice,
  sub,
  type Tensor,
  tensor,
  tensor2d,
  tile,
  transpose,
  type Variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { actNorm } from './act-norm.ts';
import { diagonalNormal } from './bases/diagonal-normal-base.ts';
import { mixture } from './bases/mixture-base.ts';
import { logitBijection } from './bijections/logit.ts';
import { bitsPerDim } from './bits-per-dim.ts';
import { boundedScale } from './bounded-scale.ts';
import { fixedBasis } from './fixed-basis.ts';
import { fullCovarianceNormalLogDensity } from './full-covariance-normal.ts';
import { haarSqueeze } from './haar-squeeze.ts';
import { factorise, type HostMatrix, invert } from './host-matrix.ts';
import { householderConv1x1 } from './householder-conv1x1.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';
import { planar } from './planar.ts';
import { slopeOffset } from './spline/knots.ts';
import { rationalQuadratic } from './spline/rational-quadratic.ts';
import { squeeze } from './squeeze.ts';

const file = fileURLToPath(new URL('../../../../shared/golden/flows-golden.json', import.meta.url));
const present = existsSync(file);
const golden = present ? JSON.parse(readFileSync(file, 'utf8')) : {};
if (!present) console.warn(`skipped: the reference numbers ${file} are not there`);

/** The reference's closed form for parameters and data: amplitude sin(0.7 i + phase). */
const fill = (shape: number[], amplitude: number, phase: number): Tensor =>
  tensor(
    Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      (_, i) => amplitude * Math.sin(0.7 * i + phase),
    ),
    shape,
  );

const channelsLast = (x: Tensor) => transpose(x, [0, 2, 3, 1]);
const channelsFirst = (x: Tensor) => transpose(x, [0, 3, 1, 2]);
const flat = (values: unknown): number[] => [values].flat(Number.POSITIVE_INFINITY) as number[];

/** Each within 1e-5, relative to its size or 1. */
function expectClose(got: Tensor | ArrayLike<number>, wanted: unknown): void {
  const values = 'dataSync' in got ? got.dataSync() : got;
  const targets = flat(wanted);
  expect(values.length).toBe(targets.length);
  targets.forEach((target, i) => {
    expect(Math.abs(values[i] - target) / Math.max(1, Math.abs(target))).toBeLessThan(1e-5);
  });
}

const assign = (layer: { parameters: object }, values: Record<string, Tensor>) => {
  for (const [name, value] of Object.entries(values))
    (layer.parameters as Record<string, Variable>)[name].assign(value);
};

describe.skipIf(!present)('reference numbers', () => {
  test('squeeze', () => {
    const x = channelsLast(
      tensor(
        Array.from({ length: 32 }, (_, i) => i + 1),
        [1, 2, 4, 4],
      ),
    );
    const z = squeeze().forward(x).z.arraySync() as number[][][][];
    expect(z[0][0][0]).toEqual(golden.squeeze2.y_pixel_0_0);
    expect(z[0][1][0]).toEqual(golden.squeeze2.y_pixel_1_0);
    expect(channelsFirst(squeeze().forward(x).z).shape).toEqual(golden.squeeze2.y_shape);
  });

  test('actNorm, and its start up to the reference dividing by n - 1', () => {
    const { loc, scale, logdet, 'y[0]': y } = golden.actnorm_init;
    const x = channelsLast(add(fill([4, 3, 2, 2], 2, 0.3), tensor([1, -2, 0.5], [1, 3, 1, 1])));
    const layer = actNorm({ channels: 3 });
    layer.initialize!(x);
    const { bias, logs } = layer.parameters as Record<string, Variable>;
    expectClose(bias, loc);
    expectClose(mul(exp(logs), Math.sqrt(15 / 16)), scale);
    assign(layer, { logs: log(tensor(scale as number[])) });
    const { z, logDet } = layer.forward(x);
    expectClose(slice(channelsFirst(z), 0, 1), y);
    expectClose(logDet, [logdet, logdet, logdet, logdet]);
  });

  test('invertibleConv1x1', () => {
    const { W, Winv, logdet_per_sample, 'y[0,:,0,0]': first, 'y[1,:,1,1]': last } = golden.lu_1x1;
    const layer = invertibleConv1x1({ channels: 4, start: 'identity' });
    const permutation = [2, 0, 3, 1];
    assign(layer, {
      p: tensor2d(permutation.map((column) => [0, 1, 2, 3].map((j) => (j === column ? 1 : 0)))),
      signS: tensor([1, -1, 1, 1]),
      l: fill([4, 4], 0.4, 0.1),
      u: fill([4, 4], 0.4, 0.9),
      logS: fill([4], 0.3, 0.5),
    });
    const unit = tensor2d([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0))));
    expectClose(transpose(layer.forward(unit).z), W);
    expectClose(transpose(layer.inverse(unit).x), Winv);
    const { z, logDet } = layer.forward(channelsLast(fill([2, 4, 2, 2], 1, 0.2)));
    expectClose(slice(z, [0, 0, 0, 0], [1, 1, 1, 4]), first);
    expectClose(slice(z, [1, 1, 1, 0], [1, 1, 1, 4]), last);
    expectClose(logDet, [logdet_per_sample, logdet_per_sample]);
  });

  test('the sigmoid scale, interleaved', () => {
    const scale = boundedScale.sigmoid({ encode: 'multiply', epsilon: 1e-4 });
    const x = channelsLast(fill([2, 4, 2, 2], 1, 0.4));
    const output = channelsLast(fill([2, 4, 2, 2], 2, 1.1));
    const { z, logDet } = scale.forward(slice(x, [0, 0, 0, 2], [2, 2, 2, 2]), output);
    expectClose(slice(channelsFirst(z), 0, 1), golden.coupling_sigmoid_interleaved['y2[0]']);
    expectClose(logDet, golden.coupling_sigmoid_interleaved.logdet);
  });

  test('the tanh and sigmoid bounds (the reference takes raw / clamp for raw)', () => {
    const raw = tensor(golden.clamps.raw as number[], [5, 1]);
    const output = pad(raw, [
      [0, 0],
      [1, 0],
    ]);
    const one = tensor([1, 1, 1, 1, 1], [5, 1]);
    expectClose(boundedScale.tanh(2).forward(one, mul(output, 2)).logDet, golden.clamps.freia_tanh_c2);
    const sigmoid = boundedScale.sigmoid({ encode: 'multiply' }).forward(one, output).z;
    expectClose(sigmoid, golden.clamps.nflows_sigmoid);
  });

  test('the atan and soft-clip bounds', () => {
    const raw = tensor(golden.clamps.raw as number[], [5, 1]);
    const output = pad(raw, [
      [0, 0],
      [1, 0],
    ]);
    const one = tensor([1, 1, 1, 1, 1], [5, 1]);
    expectClose(boundedScale.atan(2).forward(one, mul(output, 2)).logDet, golden.clamps.freia_atan_c2);
    expectClose(boundedScale.softClip().forward(one, output).logDet, golden.clamps.softclip_zuko_log_scale);
  });

  test.each(['durkan', 'zuko'] as const)('rational-quadratic splines with linear tails, %s', (parametrisation) => {
    const { x } = golden.rqs_linear_tails as Record<string, number[]>;
    const { y, logdet } = parametrisation === 'durkan' ? golden.rqs_linear_tails : golden.rqs_zuko_variant;
    const offset = parametrisation === 'durkan' ? slopeOffset : 0;
    const raw = concat([fill([5], 1, 0.1), fill([5], 1.5, 0.6), sub(fill([4], 1, 1.7), offset)]);
    const output = tile(reshape(raw, [1, 14]), [x.length, 1]);
    const spline = rationalQuadratic({ bins: 5, bound: 3, parametrisation });
    const { z, logDet } = spline.forward(tensor(x, [x.length, 1]), output);
    expectClose(z, y);
    expectClose(logDet, logdet);
    expectClose(spline.inverse(z, output).x, x);
  });

  test('the logit with a margin', () => {
    const { z, logDet } = logitBijection({ alpha: 0.05 }).forward(tensor([[0, 0.1, 0.5, 0.9, 1]]));
    expectClose(z, golden.logit_alpha.y);
    expectClose(logDet, [golden.logit_alpha.logdet]);
  });

  test('planar', () => {
    const layer = planar({ dimensions: 2, random: createRandom(1) });
    assign(layer, { u: tensor([0.8, -0.4]), w: tensor([1.2, 0.7]), b: scalar(0.3) });
    const x = fill([3, 2], 1, 0.5);
    const { z, logDet } = layer.forward(x);
    expectClose(z, golden.planar_tanh.y);
    expectClose(logDet, golden.planar_tanh.logdet);
    expectClose(layer.inverse(z).x, [...x.dataSync()]);
  });

  test('Householder reflections', () => {
    const layer = householderConv1x1({ channels: 3, reflections: 2, random: createRandom(1) });
    assign(layer, { v: fill([2, 3], 1, 0.3) });
    const { z, logDet } = layer.forward(tensor2d([0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)))));
    expectClose(z, golden.householder.y);
    expectClose(logDet, golden.householder.logdet);
  });

  test('Haar wavelets as a fixed basis behind squeeze', () => {
    const haar: HostMatrix = [
      [0.5, 0.5, 0.5, 0.5],
      [0.5, -0.5, 0.5, -0.5],
      [0.5, 0.5, -0.5, -0.5],
      [0.5, -0.5, -0.5, 0.5],
    ];
    const x = tensor(
      Array.from({ length: 16 }, (_, i) => i + 1),
      [1, 4, 4, 1],
    );
    const { z, logDet } = fixedBasis({ matrix: haar }).forward(squeeze().forward(x).z);
    expectClose(channelsFirst(z), golden.haar.y);
    expectClose(logDet, [golden.haar.logdet]);
  });

  test('the full-covariance normal', () => {
    const density = fullCovarianceNormalLogDensity(
      fill([2, 3], 1.5, 0.4),
      fill([3], 1, 0.9),
      fill([3, 3], 0.8, 0.2) as never,
    );
    expectClose(density, golden.gauss_fullcov.logp);
  });

  test('a mixture of diagonal normals', () => {
    const [means, logStds] = [fill([3, 2], 2, 0.1).arraySync(), fill([3, 2], 0.5, 0.7).arraySync()] as number[][][];
    const components = means.map((mean, i) => diagonalNormal({ shape: [2], mean, logStd: logStds[i] }));
    const { logp } = golden.gmm_diag;
    expectClose(mixture({ components, weights: [0.2, 0.5, 0.3] }).logProb(fill([3, 2], 2, 1)), logp);
  });

  test('Haar wavelets as a squeeze', () => {
    const x = tensor(
      Array.from({ length: 16 }, (_, i) => i + 1),
      [1, 4, 4, 1],
    );
    const { z, logDet } = haarSqueeze().forward(x);
    expectClose(channelsFirst(z), golden.haar.y);
    expectClose(logDet, [golden.haar.logdet]);
  });

  test('bits per dim', () => {
    expect(bitsPerDim(-5000, 3072, { quantisation: 256 })).toBeCloseTo(golden.bpd.bpd_8bit, 10);
    expect(bitsPerDim(-5000, 3072, { quantisation: 32 })).toBeCloseTo(golden.bpd.bpd_5bit_same_logp, 10);
  });
});

/** Host numbers. Those that the reference rounds to nine decimals may be off by half of the last one. */
describe.skipIf(!present)('reference numbers in float64', () => {
  const [exact, rounded] = [1e-10, 5.0001e-10];
  const values = (count: number, amplitude: number, phase: number) =>
    Array.from({ length: count }, (_, i) => amplitude * Math.sin(0.7 * i + phase));
  const within = (got: number, wanted: number, bound: number) =>
    expect(Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(bound);

  test('the matrix P L U, its inverse and ln|det|', () => {
    const { W, Winv, logdet_per_sample } = golden.lu_1x1;
    const [l, u, logs] = [values(16, 0.4, 0.1), values(16, 0.4, 0.9), values(4, 0.3, 0.5)];
    const signs = [1, -1, 1, 1];
    const lower = (i: number, j: number) => (i === j ? 1 : j < i ? l[4 * i + j] : 0);
    const upper = (i: number, j: number) => (i === j ? signs[i] * Math.exp(logs[i]) : j > i ? u[4 * i + j] : 0);
    const matrix = [2, 0, 3, 1].map((row) =>
      [0, 1, 2, 3].map((j) => [0, 1, 2, 3].reduce((total, k) => total + lower(row, k) * upper(k, j), 0)),
    );
    const { inverse, logDet } = invert(matrix);
    matrix.forEach((row, i) => {
      row.forEach((value, j) => {
        within(value, W[i][j], rounded);
        within(inverse[i][j], Winv[i][j], rounded);
      });
    });
    within(4 * logDet, logdet_per_sample, exact);
  });

  test('what factorise gives multiplies back', () => {
    const matrix = [0, 1, 2].map((i) => values(9, 0.8, 0.2).slice(3 * i, 3 * i + 3));
    const { permutation, lower, upper } = factorise(matrix);
    permutation.forEach((row, i) => {
      matrix.forEach((_, j) => {
        const product = lower[i].reduce((total, value, k) => total + value * upper[k][j], 0);
        within(product, matrix[row][j], 1e-14);
      });
    });
  });

  test('the full-covariance normal, from the inverse of I + A A^T', () => {
    const [a, mean, x] = [values(9, 0.8, 0.2), values(3, 1, 0.9), values(6, 1.5, 0.4)];
    const covariance = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => [0, 1, 2].reduce((total, k) => total + a[3 * i + k] * a[3 * j + k], i === j ? 1 : 0)),
    );
    const { inverse, logDet } = invert(covariance);
    golden.gauss_fullcov.logp.forEach((wanted: number, sample: number) => {
      const d = [0, 1, 2].map((i) => x[3 * sample + i] - mean[i]);
      const distance = d.reduce(
        (total, di, i) => total + di * d.reduce((row, dj, j) => row + inverse[i][j] * dj, 0),
        0,
      );
      within(-(logDet + 3 * Math.log(2 * Math.PI) + distance) / 2, wanted, rounded);
    });
  });

  test('bits per dim', () => {
    within(bitsPerDim(-5000, 3072, { quantisation: 256 }), golden.bpd.bpd_8bit, exact);
    within(bitsPerDim(-5000, 3072, { quantisation: 32 }), golden.bpd.bpd_5bit_same_logp, exact);
  });
});
