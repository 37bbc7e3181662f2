import { createRandom } from '@deflow/images';
import { checkGradient, disposeParameters, namedParameters, requireGradients } from '@deflow/nn';
import { abs, add, dispose, grad, memory, type Scalar, tensor4d, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createUpscaler, l1Loss, pixelShuffle, pixelUnshuffle, quick, rrdbNet, trainSuperResolution } from './index.ts';

const random = createRandom('conformance');
const uniform = (shape: [number, number, number, number]) =>
  tensor4d(random.uniforms(shape.reduce((product, length) => product * length)), shape);

beforeAll(() => requireGradients());

describe.each([1, 2, 4, 8] as const)('RRDBNet x%i', (scale) => {
  const make = () => rrdbNet({ scale, features: 4, growth: 2, blocks: 1, random: createRandom(`x${scale}`) });

  test('keeps only its result, and its gradients are those of finite differences', async () => {
    const network = make();
    // Nothing negative, so that no leaky ReLU is near its kink: the output is linear and steps may be large.
    for (const variable of namedParameters(network.parameters).values())
      tidy(() => variable.assign(add(abs(variable), variable.rank === 1 ? 0.5 : 0)));
    const x = tidy(() => add(uniform([2, 4, 4, 3]), 2));
    const before = memory().numTensors;
    const y = network.apply(x);
    expect(y.shape).toEqual([2, 4 * scale, 4 * scale, 3]);
    expect(memory().numTensors).toBe(before + 1);
    y.dispose();
    const bias = namedParameters(network.parameters).get('conv_hr.bias')!;
    // The 6,144 outputs of x8 add up to more rounding than such differences can bear; its stages are those of x4.
    if (scale < 8)
      await checkGradient((input) => network.apply(input), [x], { variables: [bias], entries: 8, step: 0.6 });
    expect(memory().numTensors).toBe(before);
    x.dispose();
    disposeParameters(network.parameters);
  });
});

test('pixelShuffle undoes pixelUnshuffle, in PyTorch’s order', () => {
  const x = tensor4d(
    Float32Array.from({ length: 2 * 4 * 6 * 2 }, (_, i) => i),
    [2, 4, 6, 2],
  );
  const before = memory().numTensors;
  const small = pixelUnshuffle(x, 2);
  expect(small.shape).toEqual([2, 2, 3, 8]);
  // Channel c 4 + dy 2 + dx of the first position.
  expect([...small.dataSync().slice(0, 8)]).toEqual([0, 2, 12, 14, 1, 3, 13, 15]);
  const back = pixelShuffle(small, 2);
  expect([...back.dataSync()]).toEqual([...x.dataSync()]);
  expect(memory().numTensors).toBe(before + 2);
  dispose([x, small, back]);
});

test('the L1 loss has no gradient where prediction and target agree', () => {
  const target = tensor4d([0.5, 0.25, 1, 0], [1, 2, 2, 1]);
  const prediction = tensor4d([0.5, 0.5, 0, 0], [1, 2, 2, 1]);
  const before = memory().numTensors;
  tidy(() => {
    expect(l1Loss(prediction, target).dataSync()[0]).toBeCloseTo(1.25 / 4, 7);
    const gradient = grad((x) => l1Loss(x, target))(prediction);
    expect([...gradient.dataSync()]).toEqual([0, 0.25, -0.25, 0]);
  });
  expect(memory().numTensors).toBe(before);
  dispose([prediction, target]);
});

test('an eager gradient leaves nothing but itself', () => {
  const network = rrdbNet({ ...quick.model, random: createRandom(1) });
  const [low, high] = [uniform([1, 4, 4, 3]), uniform([1, 16, 16, 3])];
  const before = memory().numTensors;
  const variables = [...namedParameters(network.parameters).values()];
  const { value, grads } = variableGrads(() => l1Loss(network.apply(low), high) as Scalar, variables);
  expect(memory().numTensors).toBe(before + 1 + variables.length);
  dispose([value, ...Object.values(grads), low, high]);
  disposeParameters(network.parameters);
});

test('trains and enlarges', async () => {
  const model = rrdbNet({ scale: 2, features: 4, growth: 2, blocks: 1, random: createRandom(3) });
  const before = memory().numTensors;
  const losses: number[] = [];
  await trainSuperResolution({
    model,
    recipe: { ...quick.training, steps: 25, learningRate: 5e-3, warmUpSteps: 0 },
    nextBatch: (stream) => {
      const grey = stream.uniform();
      return {
        low: new Float32Array(2 * 16 * 3).fill(grey),
        high: new Float32Array(2 * 64 * 3).fill(grey),
        count: 2,
        size: 8,
      };
    },
    onProgress: ({ loss }) => losses.push(loss),
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)) / 2);
  const image = { width: 6, height: 4, channels: 3 as const, data: new Uint8Array(72).fill(128) };
  const result = await createUpscaler(model).upscale(image);
  expect([result.width, result.height]).toEqual([12, 8]);
  expect(memory().numTensors).toBe(before);
  disposeParameters(model.parameters);
});
