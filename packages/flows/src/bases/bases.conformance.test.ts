import { createRandom, type Random } from '@deflow/images';
import { disposeParameters, trainableParameters } from '@deflow/nn';
import {
  exp,
  memory,
  mul,
  oneHot,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tile,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { randomizeParameters } from '../conformance.ts';
import { couplingNetwork } from '../coupling-network.ts';
import { FlowConfigurationError, FlowContextError, FlowShapeError } from '../errors.ts';
import type { Base } from './base.ts';
import { classConditional } from './class-conditional-base.ts';
import { diagonalNormal } from './diagonal-normal-base.ts';
import { fullCovarianceNormal } from './full-covariance-base.ts';
import { mixture } from './mixture-base.ts';
import { standardNormal } from './standard-normal-base.ts';
import { uniform } from './uniform-base.ts';

const shape = [2];
const network = (outputChannels: number, random: Random) =>
  couplingNetwork({ inputChannels: 0, contextChannels: 3, outputChannels, hiddenChannels: 8, kernels: [1, 1], random });

/** Bases over [2], all within about +-8; `context` [1, features]. */
const cases: readonly { name: string; make: (random: Random) => Base; context?: readonly number[] }[] = [
  { name: 'standardNormal', make: () => standardNormal({ shape }) },
  { name: 'diagonalNormal', make: () => diagonalNormal({ shape, mean: [0.5, -1], logStd: [0.2, -0.4] }) },
  {
    name: 'conditional diagonalNormal',
    make: (random) => diagonalNormal({ shape, network: network(4, random) }),
    context: [0.5, -1, 2],
  },
  { name: 'fullCovarianceNormal by Cholesky', make: () => fullCovarianceNormal({ shape }) },
  { name: 'fullCovarianceNormal as I + A A^T', make: () => fullCovarianceNormal({ shape, form: 'identityPlus' }) },
  {
    name: 'conditional fullCovarianceNormal',
    make: (random) => fullCovarianceNormal({ shape, network: network(8, random) }),
    context: [0.5, -1, 2],
  },
  { name: 'uniform', make: () => uniform({ shape, low: -1.5, high: 2 }) },
  {
    name: 'mixture',
    make: () =>
      mixture({
        components: [
          diagonalNormal({ shape, mean: [-2, 1] }),
          fullCovarianceNormal({ shape }),
          diagonalNormal({ shape, mean: [2, 2], logStd: [-0.5, -1] }),
        ],
        weights: [1, 2, 1],
      }),
  },
  {
    name: 'conditional mixture',
    make: (random) =>
      mixture({
        components: [
          diagonalNormal({ shape, network: network(4, random) }),
          diagonalNormal({ shape, network: network(4, random) }),
        ],
        network: network(2, random),
      }),
    context: [0.5, -1, 2],
  },
  {
    name: 'classConditional',
    make: () =>
      classConditional({ classes: [standardNormal({ shape }), fullCovarianceNormal({ shape, form: 'identityPlus' })] }),
    context: [0, 1],
  },
];

describe.each(cases)('$name', ({ name, make, context: row }) => {
  const random = createRandom(`bases ${name}`);
  const base = make(random);
  randomizeParameters(base.parameters, random, 0.3);
  const contextFor = (count: number) => (row ? tile(tensor([row as number[]]), [count, 1]) : undefined);

  test('integrates to 1, and its samples have the same moments', () => {
    const [steps, width] = [160, 16 / 160];
    const place = (i: number) => -8 + (i + 0.5) * width;
    const grid = Array.from({ length: steps ** 2 }, (_, at) => [place(Math.floor(at / steps)), place(at % steps)]);
    const density = mul(exp(base.logProb(tensor(grid), contextFor(grid.length))), width ** 2).dataSync<'float32'>();
    const moments = (points: ArrayLike<number>[], weights: ArrayLike<number>) => {
      const expectation = (f: (x: ArrayLike<number>) => number) =>
        points.reduce((total, point, i) => total + weights[i] * f(point), 0);
      const [a, b] = [expectation((x) => x[0]), expectation((x) => x[1])];
      return [
        a,
        b,
        expectation((x) => (x[0] - a) ** 2),
        expectation((x) => (x[1] - b) ** 2),
        expectation((x) => (x[0] - a) * (x[1] - b)),
      ];
    };
    expect(Math.abs(density.reduce((total, value) => total + value, 0) - 1)).toBeLessThan(5e-3);
    const count = 20_000;
    const samples = base
      .fromNoise(base.noise(count, { random }), { context: contextFor(count) })
      .arraySync() as number[][];
    const got = moments(samples, new Float32Array(count).fill(1 / count));
    moments(grid, density).forEach((wanted, i) => {
      expect(Math.abs(got[i] - wanted)).toBeLessThan(0.06 * Math.max(1, Math.abs(wanted)));
    });
  });

  test('gradients reach every parameter; nothing leaks; another shape is refused', () => {
    const x = tensor(random.uniforms(8), [4, 2]);
    const context = contextFor(4);
    const noise = base.noise(4, { random });
    const before = memory().numTensors;
    base.logProb(x, context).dispose();
    base.fromNoise(noise, { context }).dispose();
    const parameters = trainableParameters(base.parameters);
    if (parameters.length > 0 && name !== 'classConditional') {
      const { value, grads } = variableGrads(() => sum(base.logProb(x, context)) as never, parameters);
      for (const { name } of parameters) {
        const gradient = grads[name].dataSync();
        expect(gradient.every(Number.isFinite)).toBe(true);
        expect(gradient.some((slope) => slope !== 0)).toBe(true);
        grads[name].dispose();
      }
      value.dispose();
    }
    expect(memory().numTensors).toBe(before);
    expect(() => base.logProb(tensor([[1, 2, 3]]))).toThrow(FlowShapeError);
  });

  test('temperature 0 gives one finite sample, whatever the noise', () => {
    const [a, b] = [1, 2].map((seed) => {
      const noise = base.noise(1, { random: createRandom(seed) });
      const fixed = name.includes('mixture') ? mul(noise, tensor([[0, 1, 1]])) : noise;
      return base
        .fromNoise(fixed, { temperature: 0, context: contextFor(1) })
        .dataSync()
        .map((value) => value + 0);
    });
    expect(a.every(Number.isFinite)).toBe(true);
    expect(a).toEqual(b);
    expect(() => base.fromNoise(base.noise(1, { random }), { temperature: -1, context: contextFor(1) })).toThrow(
      FlowConfigurationError,
    );
  });
});

test('bases of images score and sample each position', () => {
  const image = [3, 2, 4];
  for (const base of [
    standardNormal({ shape: image }),
    diagonalNormal({ shape: image }),
    fullCovarianceNormal({ shape: image }),
    uniform({ shape: image, low: -9, high: 9 }),
    mixture({ components: [standardNormal({ shape: image }), diagonalNormal({ shape: image })] }),
  ]) {
    const x = base.fromNoise(base.noise(5, { random: createRandom(base.kind) }));
    expect(x.shape).toEqual([5, ...image]);
    expect(base.logProb(x).shape).toEqual([5]);
  }
});

test('truncated noise stays within its bound; 0 is refused', () => {
  const base = standardNormal({ shape: [500] });
  const noise = base.noise(2, { random: createRandom(1), truncation: 0.7 });
  const values = noise.dataSync();
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.7));
  expect(Math.max(...values)).toBeGreaterThan(0.65);
  expect(() => base.noise(2, { random: createRandom(1), truncation: 0 })).toThrow(FlowConfigurationError);
});

test('outside of its box the uniform density is 0', () => {
  const base = uniform({ shape: [2], low: 0, high: 2 });
  const density = base
    .logProb(
      tensor([
        [1, 1],
        [1, 2.1],
        [-0.1, 1],
      ]),
    )
    .dataSync();
  expect(density[0]).toBeCloseTo(-Math.log(4), 5);
  expect([...density.slice(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

test('each class has its own density; labels that are no one-hot rows are refused', () => {
  const base = classConditional({ classes: [uniform({ shape: [2] }), diagonalNormal({ shape: [2], mean: [5, 5] })] });
  const x: Tensor = tensor([
    [0.5, 0.5],
    [5, 5],
  ]);
  const labels = oneHot(tensor1d([0, 1], 'int32'), 2);
  const density = base.logProb(x, labels).dataSync();
  expect(density[0]).toBeCloseTo(0, 6);
  expect(density[1]).toBeCloseTo(-Math.log(2 * Math.PI), 5);
  expect(() => base.logProb(x)).toThrow(FlowContextError);
  expect(() => base.logProb(x, tensor([[1, 0, 0]]))).toThrow(FlowContextError);
  disposeParameters(base.parameters);
});

test('components of other shapes, boxes without volume and wrong shares are refused', () => {
  const [two, three] = [standardNormal({ shape: [2] }), standardNormal({ shape: [3] })];
  expect(() => mixture({ components: [two, three] })).toThrow(FlowConfigurationError);
  expect(() => mixture({ components: [two] })).toThrow(FlowConfigurationError);
  expect(() => mixture({ components: [two, two], weights: [1, 0] })).toThrow(FlowConfigurationError);
  expect(() => fullCovarianceNormal({ shape: [2, 2, 1], network: network(3, createRandom(1)) })).toThrow(
    FlowConfigurationError,
  );
  expect(() => fullCovarianceNormal({ shape: [3], network: network(8, createRandom(1)) })).toThrow(
    FlowConfigurationError,
  );
  expect(() => uniform({ shape: [2], low: 1, high: 1 })).toThrow(FlowConfigurationError);
});
