import { createRandom } from '@deflow/images';
import { adam, clipByGlobalNorm, trainableParameters } from '@deflow/nn';
import {
  abs,
  dispose,
  exp,
  max,
  mean,
  moments,
  mul,
  scalar,
  sqrt,
  sub,
  type Tensor,
  tensor,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { glow } from '../test/step.ts';
import { randomizeParameters } from './conformance.ts';
import {
  boundedScale,
  createFlow,
  diagonalNormal,
  type Flow,
  forwardKl,
  inverted,
  maskedAutoregressive,
  maskedNetwork,
  neuralSplineFlow,
  splitPrior,
  standardNormal,
  standardNormalLogDensity,
} from './index.ts';

const random = createRandom('measures');

/** Two half moons. */
const moons = (count: number): Tensor =>
  tensor(
    Array.from({ length: count }, () => {
      const angle = Math.PI * random.uniform();
      const outer = random.uniform() < 0.5;
      const [x, y] = outer ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
      return [x + 0.1 * random.normal(), y + 0.1 * random.normal()];
    }),
  );

const spline = () =>
  createFlow({ layer: neuralSplineFlow({ dimensions: 2, steps: 2, bins: 6, hiddenChannels: 24, random }), shape: [2] });

function trained(): Flow {
  const flow = spline();
  flow.initialize(moons(1000));
  const parameters = trainableParameters(flow.parameters);
  const optimiser = adam({ parameters: flow.parameters });
  for (let step = 1; step <= 120; step++) {
    tidy(() => {
      const { grads } = variableGrads(() => forwardKl(flow(), moons(128)), parameters);
      const { gradients } = clipByGlobalNorm(
        parameters.map(({ name }) => grads[name]),
        10,
      );
      const { stepSize, epsilon } = optimiser.rates(step, 5e-3);
      optimiser.update(gradients, { stepSize: scalar(stepSize), epsilon: scalar(epsilon) });
    });
  }
  return flow;
}

function moved(): Flow {
  const flow = spline();
  flow.initialize(moons(1000));
  randomizeParameters(flow.parameters, random, 0.1);
  return flow;
}

describe('T13: over 400 x 400 midpoints of [-8, 8]^2 the density sums up to 1', () => {
  const width = 16 / 400;
  const grid = Float32Array.from({ length: 2 * 400 ** 2 }, (_, at) => {
    const i = at % 2 === 0 ? Math.floor(at / 800) : Math.floor(at / 2) % 400;
    return -8 + (i + 0.5) * width;
  });
  test.each([
    ['trained on moons', trained],
    ['of random parameters', moved],
  ])('of a flow %s', (name, make) => {
    const flow = make();
    let total = 0;
    for (let part = 0; part < 8; part++) {
      const points = tensor(grid.subarray(part * 40_000, (part + 1) * 40_000), [20_000, 2]);
      const density = tidy(() => exp(flow().logProb(points)));
      total += density.dataSync<'float32'>().reduce((sum, value) => sum + value * width ** 2, 0);
      dispose([points, density]);
    }
    expect(Math.abs(total - 1)).toBeLessThan(5e-3);
    if (name.startsWith('trained')) expect(forwardKl(flow(), moons(2000)).dataSync()[0]).toBeLessThan(1.6);
  });
});

test('T14: 10,000 samples weighted by another density over their own average 1', () => {
  const random = createRandom('T14');
  const network = maskedNetwork({ dimensions: 2, outputsPerDimension: 2, hiddenChannels: 16, random });
  const layer = inverted(maskedAutoregressive({ network, scale: boundedScale.tanh(1) }));
  const flow = createFlow({ layer, shape: [2] });
  randomizeParameters(flow.parameters, random, 0.2);
  const { x, logProb } = flow().sampleWithLogProb(10_000, { random });
  // Narrower than the flow, around its middle, so that the weights are bounded.
  const { mean: middle, variance } = moments(x, 0);
  const logStd = sqrt(variance)
    .dataSync<'float32'>()
    .map((deviation) => Math.log(0.9 * deviation));
  const other = diagonalNormal({ shape: [2], mean: middle.dataSync<'float32'>(), logStd });
  const weights = exp(sub(other.logProb(x), logProb));
  const spread = sqrt(moments(weights).variance).dataSync()[0] / 100;
  expect(spread).toBeLessThan(3.3e-3);
  expect(Math.abs(mean(weights).dataSync()[0] - 1)).toBeLessThan(0.01);
  // What forgets the flow's own log-determinant is far off.
  const wrong = exp(sub(other.logProb(x), standardNormalLogDensity(x)));
  expect(Math.abs(mean(wrong).dataSync()[0] - 1)).toBeGreaterThan(0.02);
});

test('T19: latents decode to the data, through all levels', () => {
  const layer = glow(3, 2, 1, random);
  const flow = createFlow({ layer, shape: [16, 16, 1] });
  const x = tensor(random.uniforms(2 * 256), [2, 16, 16, 1]);
  flow.initialize(x);
  randomizeParameters(flow.parameters, random, 0.05);
  const latents = flow().encode(x);
  expect(latents.length).toBe(3);
  expect(max(abs(sub(flow().decode(latents), x))).dataSync()[0]).toBeLessThan(1e-4);
});

describe('T22: a split scores and samples with the same deviation', () => {
  const split = splitPrior({ channels: 2, random });
  randomizeParameters(split.parameters, random, 0.4);
  const passed = (count: number) => tensor(new Float32Array(count).fill(0.7), [count, 1, 1, 1]);
  const [count, range] = [20_000, 12];
  const width = (2 * range) / count;
  const line = Float32Array.from({ length: count }, (_, i) => -range + (i + 0.5) * width);

  /** ln p(second | first) on the line. */
  const density = (make: typeof split): Float32Array => {
    const pairs = Float32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? 0.7 : line[(at - 1) / 2]));
    const { latent, logDet } = make.forward(tensor(pairs, [count, 1, 1, 2]));
    const scores = standardNormal({ shape: [1, 1, 1] })
      .logProb(latent)
      .dataSync<'float32'>();
    const terms = logDet.dataSync<'float32'>();
    return scores.map((score, i) => Math.exp(score + terms[i]));
  };
  const deviation = (values: ArrayLike<number>, weights: (i: number) => number) => {
    const average = Array.from(values).reduce((total, value, i) => total + weights(i) * value, 0);
    return Math.sqrt(Array.from(values).reduce((total, value, i) => total + weights(i) * (value - average) ** 2, 0));
  };

  test('its density integrates to 1', () => {
    expect(Math.abs(density(split).reduce((total, value) => total + value * width, 0) - 1)).toBeLessThan(1e-3);
  });

  test('latents of deviation 1 decode to data of the density’s deviation', () => {
    const mass = density(split);
    const wanted = deviation(line, (i) => mass[i] * width);
    // The quantiles +-1 of the latent: decoded, they stand two deviations apart.
    const latent = tensor([1, -1], [2, 1, 1, 1]);
    const decoded = split.inverse(passed(2), latent).x.arraySync() as number[][][][];
    expect(Math.abs((decoded[0][0][0][1] - decoded[1][0][0][1]) / 2 - wanted)).toBeLessThan(1e-3);
  });

  test('one that adds to the deviation in the density only is caught', () => {
    const released: typeof split = {
      ...split,
      forward(x) {
        const { passed, latent, logDet } = split.forward(x);
        return { passed, latent: mul(latent, 0.99), logDet };
      },
    };
    expect(Math.abs(density(released).reduce((total, value) => total + value * width, 0) - 1)).toBeGreaterThan(1e-3);
  });
});
