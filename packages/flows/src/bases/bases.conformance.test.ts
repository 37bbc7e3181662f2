import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { mul, oneHot, reshape, type Tensor, tensor, tensor1d, tile } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { baseCases, network } from '../../test/cases/bases.ts';
import {
  baseAsLayer,
  checkBaseLeaks,
  checkGradients,
  checkIntegral,
  checkSamples,
  randomizeParameters,
} from '../conformance.ts';
import { FlowConfigurationError, FlowContextError, FlowShapeError } from '../errors.ts';
import { classConditional } from './class-conditional-base.ts';
import { diagonalNormal } from './diagonal-normal-base.ts';
import { fullCovarianceNormal } from './full-covariance-base.ts';
import { mixture } from './mixture-base.ts';
import { standardNormal } from './standard-normal-base.ts';
import { uniform } from './uniform-base.ts';

const passed = { passed: true };

describe.each(baseCases)('$name', ({ name, make, context: row, spread = 0.3, grid }) => {
  const random = createRandom(`bases ${name}`);
  const base = make(random);
  randomizeParameters(base.parameters, random, spread);
  const contextFor = (count: number) => (row ? tile(tensor([row as number[]]), [count, 1]) : undefined);
  const context = contextFor(1);

  test('integrates to 1', async () => {
    expect(await checkIntegral(base, { context, ...grid })).toMatchObject(passed);
  });

  test('its samples have the moments of its density', async () => {
    expect(await checkSamples(base, { context, random, ...grid })).toMatchObject(passed);
  });

  test('gradients of density and samples; nothing leaks; another shape is refused', async () => {
    const layer = baseAsLayer(base, contextFor(4));
    const noise = base.noise(4, { random });
    const x = base.fromNoise(noise, { context: contextFor(4) });
    expect(await checkGradients(layer, x)).toMatchObject(passed);
    expect(await checkGradients(layer, noise, { direction: 'inverse' })).toMatchObject(passed);
    expect(await checkBaseLeaks(base, { random, context })).toMatchObject(passed);
    expect(() => base.logProb(tensor([[1, 2, 3]]))).toThrow(FlowShapeError);
  });

  test('T18: temperature 0 gives the mode: one finite sample whatever the noise, where the density is highest', () => {
    const [a, b] = [1, 2].map((seed) => {
      const noise = base.noise(1, { random: createRandom(seed) });
      const fixed = name.includes('mixture') ? mul(noise, tensor([[0, 1, 1]])) : noise;
      return base.fromNoise(fixed, { temperature: 0, context });
    });
    expect(a.dataSync().every(Number.isFinite)).toBe(true);
    expect(a.dataSync().map((value) => value + 0)).toEqual(b.dataSync().map((value) => value + 0));
    if (!name.includes('mixture')) {
      const samples = base.fromNoise(base.noise(50, { random }), { context: contextFor(50) });
      const highest = Math.max(...base.logProb(samples, contextFor(50)).dataSync());
      expect(base.logProb(a, context).dataSync()[0]).toBeGreaterThanOrEqual(highest - 1e-5);
    }
    expect(() => base.fromNoise(base.noise(1, { random }), { temperature: -1, context })).toThrow(
      FlowConfigurationError,
    );
  });

  test('truncated, samples stay within fewer deviations of the mode and scatter less', () => {
    const spread = (truncation?: number) => {
      const noise = base.noise(400, { random: createRandom(1), truncation });
      const fixed = name.includes('mixture') ? mul(noise, tensor([[0, 1, 1]])) : noise;
      const rows = base.fromNoise(fixed, { context: contextFor(400) }).arraySync() as number[][];
      const mean = [0, 1].map((i) => rows.reduce((total, row) => total + row[i] / 400, 0));
      return Math.max(...rows.map((row) => Math.hypot(row[0] - mean[0], row[1] - mean[1])));
    };
    expect(spread(0.5)).toBeLessThan(0.75 * spread());
  });
});

describe('bases of images', () => {
  const image = [3, 2, 2];
  const random = createRandom('images');
  const features = tensor(random.normals(5 * 6 * 3), [5, 3, 2, 3]);
  const fourClasses = tile(tensor([[[[1, 0]]]]), [5, 3, 2, 1]);
  test.each([
    ['standardNormal', standardNormal({ shape: image }), undefined],
    ['diagonalNormal', diagonalNormal({ shape: image }), undefined],
    ['diagonalNormal', diagonalNormal({ shape: image, network: network(4, random) }), features],
    ['fullCovarianceNormal', fullCovarianceNormal({ shape: image }), undefined],
    ['cholesky', fullCovarianceNormal({ shape: image, network: network(8, random) }), features],
    ['I + A A^T', fullCovarianceNormal({ shape: image, form: 'identityPlus', network: network(6, random) }), features],
    ['uniform', uniform({ shape: image, low: -9, high: 9 }), undefined],
    ['uniform', uniform({ shape: image, low: -9, high: 9, network: network(4, random) }), features],
    [
      'mixture',
      mixture({ components: [standardNormal({ shape: image }), diagonalNormal({ shape: image })] }),
      undefined,
    ],
    [
      'mixture',
      mixture({
        components: [standardNormal({ shape: image }), diagonalNormal({ shape: image, network: network(4, random) })],
        network: network(2, random),
      }),
      features,
    ],
    [
      'classes',
      classConditional({ classes: [standardNormal({ shape: image }), diagonalNormal({ shape: image })] }),
      fourClasses,
    ],
  ])('%s (%#) scores and samples each position, with gradients', async (_, base, context) => {
    randomizeParameters(base.parameters, random, 0.3);
    const noise = base.noise(5, { random });
    const x = base.fromNoise(noise, { context });
    expect(x.shape).toEqual([5, ...image]);
    expect(base.logProb(x, context).shape).toEqual([5]);
    expect(await checkGradients(baseAsLayer(base, context), x)).toMatchObject(passed);
    expect(await checkGradients(baseAsLayer(base, context), noise, { direction: 'inverse' })).toMatchObject(passed);
  });

  test('a density that factorises over positions is the sum of those of its pixels', () => {
    const base = (shape: number[]) => {
      const own = createRandom('pixels');
      const made = fullCovarianceNormal({ shape, form: 'identityPlus', network: network(6, own) });
      randomizeParameters(made.parameters, own, 0.3);
      return made;
    };
    const x = tensor(random.normals(5 * 12), [5, ...image]);
    const whole = base(image).logProb(x, features).dataSync<'float32'>();
    const pixels = base([2])
      .logProb(reshape(x, [30, 2]), reshape(features, [30, 3]))
      .dataSync<'float32'>();
    whole.forEach((value, i) => {
      const total = pixels.slice(6 * i, 6 * i + 6).reduce((sum, pixel) => sum + pixel, 0);
      expect(Math.abs(value - total)).toBeLessThan(1e-4);
    });
  });
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
  expect(() => uniform({ shape: [3], network: network(4, createRandom(1)) })).toThrow(FlowConfigurationError);
  expect(() =>
    fullCovarianceNormal({ shape: [3], form: 'identityPlus', network: network(15, createRandom(1)) }),
  ).toThrow(FlowConfigurationError);
  expect(() => fullCovarianceNormal({ shape: [3], network: network(8, createRandom(1)) })).toThrow(
    FlowConfigurationError,
  );
  expect(() => uniform({ shape: [2], low: 1, high: 1 })).toThrow(FlowConfigurationError);
});
