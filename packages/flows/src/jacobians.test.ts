import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { add, grad, reshape, slice, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { glow } from '../test/step.ts';
import { checkGradients, checkInverse, checkLogDet, flattened, randomizeParameters } from './conformance.ts';
import { affineCoupling, boundedScale, couplingNetwork, denseNetwork, neuralSplineFlow } from './index.ts';

const passed = { passed: true };
const normal = (random: ReturnType<typeof createRandom>, shape: number[]) =>
  tensor(random.normals(shape.reduce((product, size) => product * size, 1)), shape);

describe.each([
  [32, 3],
  [8, 8, 8, 3],
  [2, 4, 4, 3],
  [2, 4, 4, 4],
  [2, 4, 4, 5],
])('T7: affine couplings of data %i %i %i %i', (...shape) => {
  test.each([0, 5])('conditioned on %i features', async (contextChannels) => {
    const random = createRandom(`T7 ${shape} ${contextChannels}`);
    const channels = shape[shape.length - 1];
    const kept = Math.floor(channels / 2);
    const sizes = { inputChannels: kept, contextChannels, outputChannels: 2 * (channels - kept), hiddenChannels: 16 };
    const network = shape.length === 2 ? denseNetwork({ ...sizes, random }) : couplingNetwork({ ...sizes, random });
    const layer = affineCoupling({ channels, contextChannels, network, scale: boundedScale.tanh(2) });
    randomizeParameters(layer.parameters, random, 0.2);
    const x = normal(random, shape);
    const context = contextChannels > 0 ? normal(random, [...shape.slice(0, -1), contextChannels]) : undefined;
    expect(await checkInverse(layer, x, { context })).toMatchObject(passed);
    const few = (tensor: Tensor) => slice(tensor, 0, Math.min(2, shape[0]));
    expect(await checkLogDet(layer, few(x), { context: context && few(context) })).toMatchObject(passed);
  });
});

test.each([
  [2, [8, 8, 3]],
  [3, [16, 16, 1]],
] as const)('T11: multi-scale, %i levels of 2 steps on [%s]', async (levels, shape) => {
  const random = createRandom(`T11 ${shape}`);
  const flow = flattened(glow(levels, 2, shape[2], random), shape);
  const x = normal(random, [1, ...shape]);
  flow.initialize!(x);
  randomizeParameters(flow.parameters, random, 0.05);
  expect(await checkInverse(flow, x, { tolerance: 1e-4 })).toMatchObject(passed);
  expect(await checkLogDet(flow, x, { tolerance: 1e-4 })).toMatchObject(passed);
  disposeParameters(flow.parameters);
});

test('T12: a conditional flow of three dimensions: J times that of the inverse is the identity', async () => {
  const random = createRandom('T12');
  const flow = neuralSplineFlow({ dimensions: 3, contextChannels: 5, steps: 3, bins: 6, hiddenChannels: 16, random });
  randomizeParameters(flow.parameters, random, 0.1);
  const [x, context] = [normal(random, [256, 3]), normal(random, [256, 5])];
  const { z } = flow.forward(x, context);
  const jacobian = (map: (input: Tensor) => Tensor, at: Tensor) =>
    [0, 1, 2].map((row) => grad((input) => sum(slice(map(input), [0, row], [256, 1])))(at).arraySync() as number[][]);
  const forward = jacobian((input) => flow.forward(input, context).z, x);
  const inverse = jacobian((input) => flow.inverse(input, context).x, z);
  for (let sample = 0; sample < 256; sample++) {
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2]) {
        const product = [0, 1, 2].reduce((total, k) => total + forward[i][sample][k] * inverse[k][sample][j], 0);
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-3);
      }
    }
  }
  const [first, given] = [slice(x, 0, 8), slice(context, 0, 8)];
  expect(await checkGradients(flow, first, { context: given })).toMatchObject(passed);
});

test('T21: gradients of log-determinants, each sample weighted by itself, and their shape and type', async () => {
  // checkGradients weights each sample's logDet by a number of its own; what sums or averages over the batch fails.
  const random = createRandom('T21');
  const network = denseNetwork({ inputChannels: 2, outputChannels: 4, hiddenChannels: 8, random });
  const sound = affineCoupling({ channels: 4, network, scale: boundedScale.tanh(2) });
  randomizeParameters(sound.parameters, random, 0.3);
  const x = normal(random, [3, 4]);
  const { logDet } = sound.forward(x);
  expect([logDet.shape, logDet.dtype]).toEqual([[3], 'float32']);
  expect(await checkGradients(sound, x)).toMatchObject(passed);
  const shared = {
    ...sound,
    forward: (input: Tensor) => {
      const { z, logDet } = sound.forward(input);
      // Right values, but every sample has the gradient of their mean.
      const constant = tensor(logDet.dataSync().map((value) => value - logDet.dataSync()[0]));
      const first = slice(logDet, 0, 1);
      return { z, logDet: reshape(add(constant, first), [3]) as never };
    },
  };
  expect(await checkGradients(shared, x)).toMatchObject({ passed: false });
});
