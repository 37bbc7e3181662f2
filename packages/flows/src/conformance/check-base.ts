import type { Random } from '@deflow/images';
import { exp, memory, type Tensor, tensor, tidy, tile, zeros } from '@tensorflow/tfjs-core';
import type { Base } from '../bases/base.ts';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { type CheckResult, compare } from './check-result.ts';

/** Where and how finely `checkIntegral` adds a density up; [-8, 8] in 160 points each way unless given. */
export interface CheckIntegralOptions {
  /** One row [1, features], or none for unconditional bases. */
  readonly context?: Tensor;
  /** The grid covers [-range, range] in each dimension; the density should lie within. */
  readonly range?: number;
  /** Points of the grid in each dimension. */
  readonly points?: number;
  readonly tolerance?: number;
}

/** How many samples `checkSamples` compares with the density, and where they come from. */
export interface CheckSamplesOptions extends CheckIntegralOptions {
  readonly random: Random;
  readonly count?: number;
}

const repeated = (context: Tensor | undefined, count: number) =>
  context && tile(context, [count, ...context.shape.slice(1).map(() => 1)]);

/** Midpoints of a grid over the base's one or two dimensions, and the mass of each. */
async function massOn(base: Base, { context, range = 8, points = 160 }: CheckIntegralOptions) {
  const [dimensions] = base.shape;
  if (base.shape.length !== 1 || dimensions > 2) {
    throw new FlowConfigurationError(`A base of shape [${base.shape}] has no grid.`, {
      remedy: 'Check a base of shape [1] or [2].',
      value: base.shape,
    });
  }
  const width = (2 * range) / points;
  const place = (i: number) => -range + (i + 0.5) * width;
  const count = points ** dimensions;
  const grid = Float32Array.from({ length: count * dimensions }, (_, at) =>
    place(dimensions === 1 || at % 2 === 1 ? Math.floor(at / dimensions) % points : Math.floor(at / 2 / points)),
  );
  const density = tidy(() => exp(base.logProb(tensor(grid, [count, dimensions]), repeated(context, count))));
  const values = await density.data<'float32'>();
  density.dispose();
  return { grid, dimensions, mass: Float64Array.from(values, (value) => value * width ** dimensions) };
}

/** Whether the density integrates to 1, by the midpoint rule: for bases of one or two dimensions. */
export async function checkIntegral(base: Base, options: CheckIntegralOptions = {}): Promise<CheckResult> {
  const check = compare('checkIntegral', options.tolerance ?? 5e-3);
  const { mass } = await massOn(base, options);
  check.add(
    'integral',
    mass.reduce((total, value) => total + value, 0),
    1,
  );
  return check.result();
}

/** Whether samples have the means, variances and covariance of the density: for bases of one or two dimensions. */
export async function checkSamples(base: Base, options: CheckSamplesOptions): Promise<CheckResult> {
  const { random, context, count = 20_000, tolerance = 0.06 } = options;
  const { grid, dimensions, mass } = await massOn(base, options);
  const samples = tidy(() => base.fromNoise(base.noise(count, { random }), { context: repeated(context, count) }));
  const drawn = await samples.data<'float32'>();
  samples.dispose();
  const check = compare('checkSamples', tolerance);
  const wanted = momentsOf(grid, dimensions, mass);
  const got = momentsOf(drawn, dimensions, new Float64Array(count).fill(1 / count));
  for (const [name, value] of wanted) check.add(name, got.get(name)!, value, Math.max(1, Math.abs(value)));
  return check.result();
}

/** Means and covariances of weighted points, `dimensions` numbers each. */
function momentsOf(points: Float32Array, dimensions: number, weights: Float64Array): Map<string, number> {
  const expectation = (f: (first: number) => number) =>
    weights.reduce((total, weight, i) => total + weight * f(i * dimensions), 0);
  const axes = Array.from({ length: dimensions }, (_, i) => i);
  const means = axes.map((i) => expectation((at) => points[at + i]));
  const moments = new Map(means.map((mean, i) => [`mean ${i}`, mean]));
  for (const i of axes) {
    for (const j of axes.slice(i)) {
      const product = (at: number) => (points[at + i] - means[i]) * (points[at + j] - means[j]);
      moments.set(`covariance ${i}, ${j}`, expectation(product));
    }
  }
  return moments;
}

/** Whether scoring and sampling leave no tensor behind but their results. */
export async function checkBaseLeaks(
  base: Base,
  { random, context, count = 3 }: Pick<CheckSamplesOptions, 'random' | 'context' | 'count'>,
): Promise<CheckResult> {
  const check = compare('checkBaseLeaks', 0);
  const given = repeated(context, count);
  const noise = base.noise(count, { random });
  const counting = (what: string, run: () => Tensor) => {
    const before = memory().numTensors;
    const result = run();
    check.add(`tensors made by ${what}`, memory().numTensors - before, 1);
    return result;
  };
  const x = counting('fromNoise', () => base.fromNoise(noise, { context: given }));
  counting('logProb', () => base.logProb(x, given)).dispose();
  for (const tensor of [x, noise, ...(given ? [given] : [])]) tensor.dispose();
  return check.result();
}

/**
 * A base in the form of a layer, for `checkGradients`: forward gives ln p as logDet and leaves its data as they are,
 * inverse turns noise into samples.
 */
export const baseAsLayer = (base: Base, context?: Tensor): FlowLayer => ({
  kind: base.kind,
  parameters: base.parameters,
  latentShape: (shape) => shape,
  dataShape: (shape) => shape,
  forward: (x) => ({ z: x, logDet: base.logProb(x, context) }),
  inverse: (noise) => ({ x: base.fromNoise(noise, { context }), logDet: zeros([noise.shape[0]]) }),
});
