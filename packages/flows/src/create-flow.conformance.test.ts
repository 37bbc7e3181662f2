import { createRandom } from '@deflow/images';
import { namedParameters, trainableParameters } from '@deflow/nn';
import { abs, exp, max, memory, mul, sub, type Tensor1D, tensor, variableGrads, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { diagonalNormal } from './bases/diagonal-normal-base.ts';
import { fullCovarianceNormal } from './bases/full-covariance-base.ts';
import { standardNormal } from './bases/standard-normal-base.ts';
import { randomizeParameters } from './conformance.ts';
import {
  actNorm,
  affineCoupling,
  boundedScale,
  couplingNetwork,
  createFlow,
  FlowConfigurationError,
  FlowShapeError,
  forwardKl,
  invertibleConv1x1,
  multiScale,
  reverseKl,
  sequential,
  splitPrior,
  squeeze,
} from './index.ts';

const random = createRandom('createFlow');

const step = (contextChannels: number) =>
  sequential({
    conv1x1: invertibleConv1x1({ channels: 2, random }),
    coupling: affineCoupling({
      channels: 2,
      contextChannels,
      scale: boundedScale.tanh(1),
      network: couplingNetwork({
        inputChannels: 1,
        contextChannels,
        outputChannels: 2,
        hiddenChannels: 12,
        kernels: [1, 1, 1],
        random,
      }),
    }),
  });

const planeFlow = (contextChannels = 0) => {
  const flow = createFlow({
    layer: sequential([actNorm({ channels: 2 }), step(contextChannels), step(contextChannels), step(contextChannels)]),
    base: fullCovarianceNormal({ shape: [2] }),
    shape: [2],
  });
  randomizeParameters(flow.parameters, random, 0.3);
  return flow;
};

describe('a flow over the plane', () => {
  const flow = planeFlow();

  test('integrates to 1', () => {
    const [steps, width] = [200, 24 / 200];
    const place = (i: number) => -12 + (i + 0.5) * width;
    const grid = Array.from({ length: steps ** 2 }, (_, at) => [place(Math.floor(at / steps)), place(at % steps)]);
    const density = mul(exp(flow().logProb(tensor(grid))), width ** 2).dataSync<'float32'>();
    expect(Math.abs(density.reduce((total, value) => total + value, 0) - 1)).toBeLessThan(5e-3);
  });

  test('samples carry their own density, and latents decode to the data', () => {
    const { x, logProb } = flow().sampleWithLogProb(50, { random });
    expect(max(abs(sub(flow().logProb(x), logProb))).dataSync()[0]).toBeLessThan(1e-4);
    expect(max(abs(sub(flow().decode(flow().encode(x)), x))).dataSync()[0]).toBeLessThan(1e-5);
  });

  test('the same seed or the same noise gives the same samples; nothing leaks', () => {
    const draw = (seed: number) =>
      flow()
        .sample(3, { random: createRandom(seed) })
        .dataSync();
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const noise = flow().noise(3, { random: createRandom(1) });
    expect(flow().sample(3, { noise }).dataSync()).toEqual(draw(1));
    expect(flow().sample(3, { noise, temperature: 0 }).dataSync().slice(0, 2)).toEqual(
      flow().sample(3, { noise, temperature: 0 }).dataSync().slice(2, 4),
    );
    const before = memory().numTensors;
    const { x, logProb } = flow().sampleWithLogProb(3, { random, truncation: 2, temperature: 0.7 });
    flow().logProb(x).dispose();
    for (const tensor of [x, logProb]) tensor.dispose();
    expect(memory().numTensors).toBe(before);
    expect(() => flow().sample(3, {})).toThrow(FlowConfigurationError);
  });

  test('importance weights of its samples average to 1 against the base', () => {
    const base = standardNormal({ shape: [2] });
    const samples = base.fromNoise(base.noise(10_000, { random }), { temperature: 3 });
    const wide = diagonalNormal({ shape: [2], logStd: [Math.log(3), Math.log(3)] });
    const weights = exp(sub(flow().logProb(samples), wide.logProb(samples))).dataSync<'float32'>();
    expect(Math.abs(weights.reduce((total, value) => total + value, 0) / weights.length - 1)).toBeLessThan(0.05);
  });
});

test('a context conditions it, and every parameter gets a gradient from both objectives', () => {
  const flow = planeFlow(4);
  const [x, features] = [tensor(random.normals(12), [6, 2]), tensor(random.normals(24), [6, 4])];
  const parameters = trainableParameters(flow.parameters);
  const target = (x: unknown) => standardNormal({ shape: [2] }).logProb(x as Tensor1D);
  for (const objective of [
    () => forwardKl(flow(features), x),
    () => reverseKl(flow(features), target, 6, { noise: flow().noise(6, { random: createRandom(1) }) }),
  ]) {
    const { value, grads } = variableGrads(objective, parameters);
    expect(Number.isFinite(value.dataSync()[0])).toBe(true);
    for (const { name } of parameters) expect(grads[name].dataSync().every(Number.isFinite)).toBe(true);
  }
  expect([...namedParameters(flow.parameters).keys()]).toContain('layer.1.coupling.context.weight');
  expect([...namedParameters(flow.parameters).keys()]).toContain('bases.0.factor');
  const [given, other] = [
    flow(features).logProb(x).dataSync(),
    flow(zeros([6, 4]))
      .logProb(x)
      .dataSync(),
  ];
  expect(given).not.toEqual(other);
});

test('a multi-scale flow has a base for each latent', () => {
  const layer = multiScale([
    { flow: sequential([squeeze(), actNorm({ channels: 12 })]), split: splitPrior({ channels: 12, random }) },
    { flow: sequential([squeeze(), actNorm({ channels: 24 })]) },
  ]);
  const flow = createFlow({
    layer,
    shape: [4, 4, 3],
    base: [standardNormal({ shape: [2, 2, 6] }), diagonalNormal({ shape: [1, 1, 24] })],
  });
  randomizeParameters(flow.parameters, random);
  flow.initialize(tensor(random.uniforms(8 * 48), [8, 4, 4, 3]));
  const { x, logProb } = flow().sampleWithLogProb(3, { random });
  expect(x.shape).toEqual([3, 4, 4, 3]);
  expect(max(abs(sub(flow().logProb(x), logProb))).dataSync()[0]).toBeLessThan(1e-3);
  expect(() => createFlow({ layer, shape: [4, 4, 3], base: standardNormal({ shape: [2, 2, 6] }) })).toThrow(
    FlowConfigurationError,
  );
});

test('a base of another shape than the latent is refused before there are data', () => {
  expect(() =>
    createFlow({ layer: actNorm({ channels: 2 }), shape: [2], base: standardNormal({ shape: [3] }) }),
  ).toThrow(FlowShapeError);
  expect(() => createFlow({ layer: actNorm({ channels: 2 }), shape: [3] })).toThrow(FlowShapeError);
});
