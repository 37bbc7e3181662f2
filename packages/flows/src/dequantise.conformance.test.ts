import { createRandom } from '@deflow/images';
import { exp, floor, mean, mul, neg, sub, tensor, tile } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import { FlowConfigurationError } from './errors.ts';
import {
  actNorm,
  affineInjector,
  boundedScale,
  couplingNetwork,
  dequantise,
  sequential,
  standardise,
  variationalDequantisation,
} from './index.ts';

const random = createRandom('dequantise');

const noiseFlow = () => {
  const network = couplingNetwork({
    inputChannels: 0,
    contextChannels: 1,
    outputChannels: 2,
    hiddenChannels: 8,
    kernels: [1, 1],
    random,
  });
  const injector = affineInjector({ channels: 1, contextChannels: 1, network, scale: boundedScale.tanh(1) });
  const flow = sequential([actNorm({ channels: 1 }), injector]);
  randomizeParameters(flow.parameters, random, 0.3);
  return flow;
};

test('data stay within their level', () => {
  const values = tensor([0, 3, 7]);
  expect([...dequantise(values, tensor([0, 0.5, 0.75]), 8).dataSync()]).toEqual([0, 0.4375, 0.96875]);
});

test('learned noise keeps the level, and its density integrates to 1', () => {
  const count = 20_000;
  const { apply } = variationalDequantisation({ layer: noiseFlow(), levels: 8 });
  const values = tile(tensor([[5]]), [count, 1]);
  const { data, logQ } = apply(values, tensor(random.normals(count), [count, 1]));
  expect(
    floor(mul(data, 8))
      .dataSync()
      .every((level) => level === 5),
  ).toBe(true);
  // The mean of 1 / q over samples of q is the length of the interval that they fill: 1.
  expect(Math.abs(mean(exp(neg(logQ))).dataSync()[0] - 1)).toBeLessThan(0.03);
});

test('levels must be a whole number', () => {
  expect(() => variationalDequantisation({ layer: noiseFlow(), levels: 0 })).toThrow(FlowConfigurationError);
});

test('standardise takes mean and deviation from its first data, and spares a constant channel', () => {
  const layer = standardise({ channels: 2 });
  const x = tensor(Array.from(random.normals(500), (value) => [3 * value + 5, 2]));
  layer.initialize!(x);
  const { z, logDet } = layer.forward(x);
  const values = z.dataSync<'float32'>();
  const first = values.filter((_, i) => i % 2 === 0);
  const average = first.reduce((total, value) => total + value, 0) / 500;
  expect(Math.abs(average)).toBeLessThan(1e-5);
  expect(Math.abs(first.reduce((total, value) => total + value ** 2, 0) / 500 - 1)).toBeLessThan(1e-4);
  expect([...values, ...logDet.dataSync()].every(Number.isFinite)).toBe(true);
  expect(mean(sub(layer.inverse(z).x, x)).dataSync()[0]).toBeCloseTo(0, 4);
});
