import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import { registerExactMirrorPadGradient } from './mirror-pad.ts';
import { fastGradients, registerFastGradients } from './register-fast-gradients.ts';

const stock = new Map<string, tf.GradConfig>();

beforeAll(async () => {
  const { gradConfigs } = await import('../../native/vendor/tfjs-node.mjs');
  for (const config of gradConfigs as tf.GradConfig[]) stock.set(config.kernelName, config);
});

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Runs `body` with TensorFlow.js's own gradients. */
function withStock<Result>(body: () => Result): Result {
  const names = [...fastGradients.map(({ kernelName }) => kernelName), 'MirrorPad'];
  const before = names.map((name) => tf.getGradient(name));
  const put = (configs: readonly tf.GradConfig[]) => {
    for (const config of configs) {
      tf.unregisterGradient(config.kernelName);
      tf.registerGradient(config);
    }
  };
  put(names.map((name) => stock.get(name)!));
  try {
    return body();
  } finally {
    put(before);
  }
}

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The gradients of a weighted sum of what `op` gives. */
function gradientsOf(op: Op, inputs: tf.Tensor[]): tf.Tensor[] {
  return tf.tidy(() => {
    const weights = tf.cos(tf.add(op(...inputs), 1));
    return tf.grads((...x: tf.Tensor[]) => op(...x))(inputs, weights);
  });
}

function expectEqual(fast: tf.Tensor[], old: tf.Tensor[]) {
  for (const [i, gradient] of fast.entries()) {
    const [a, b] = [gradient.dataSync(), old[i]!.dataSync()];
    const scale = Math.max(1, ...b.map(Math.abs));
    expect(gradient.shape).toEqual(old[i]!.shape);
    expect(Math.max(...a.map((value, k) => Math.abs(value - b[k]!))) / scale).toBeLessThan(1e-6);
  }
}

const image = () => normal([2, 5, 6, 3], 1);
const cases: [string, Op, () => tf.Tensor[]][] = [
  ['relu', (x) => tf.relu(x), () => [tf.concat([image(), tf.zeros([2, 5, 6, 3])])]],
  ['relu6', (x) => tf.relu6(tf.mul(x, 5)), () => [image()]],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.2), () => [tf.concat([image(), tf.zeros([2, 5, 6, 3])])]],
  ['leakyRelu, no slope', (x) => tf.leakyRelu(x, 0), () => [image()]],
  ['leakyRelu, negative slope', (x) => tf.leakyRelu(x, -0.5), () => [image()]],
  ['leakyRelu, two slopes', (x) => tf.add(tf.leakyRelu(x, -0.5), tf.leakyRelu(x, 0.3)), () => [image()]],
  ['elu', (x) => tf.elu(x), () => [image()]],
  ['tanh', (x) => tf.tanh(x), () => [image()]],
  ['sigmoid', (x) => tf.sigmoid(x), () => [image()]],
  ['softplus', (x) => tf.softplus(x), () => [image()]],
  ['sum of all', (x) => tf.sum(x), () => [image()]],
  ['sum over axes', (x) => tf.sum(x, [0, 2]), () => [image()]],
  ['sum, axes kept', (x) => tf.sum(x, -1, true), () => [image()]],
  ['sum over no axes', (x) => tf.sum(x, []), () => [image()]],
  ['mean of all', (x) => tf.mean(x), () => [image()]],
  ['mean over axes', (x) => tf.mean(x, [1, 2]), () => [image()]],
  ['mean, axes kept', (x) => tf.mean(x, 0, true), () => [image()]],
  ['moments', (x) => tf.moments(x, [0, 1, 2]).variance, () => [image()]],
  ['tile', (x) => tf.tile(x, [2, 1, 3, 1]), () => [image()]],
  ['tile of a vector', (x) => tf.tile(x, [4]), () => [normal([3], 2)]],
  ['tile, nothing repeated', (x) => tf.tile(x, [1, 1]), () => [normal([3, 2], 2)]],
  [
    'batchNorm',
    (x, mean, variance, offset, scale) =>
      tf.batchNorm4d(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        tf.abs(variance as tf.Tensor1D),
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.01,
      ),
    () => [image(), normal([3], 3), normal([3], 4), normal([3], 5), normal([3], 6)],
  ],
  [
    'batchNorm with statistics for every pixel',
    (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor4D,
        tf.abs(variance as tf.Tensor4D),
        offset as tf.Tensor4D,
        scale as tf.Tensor4D,
      ),
    () => [1, 2, 3, 4, 5].map((seed) => normal([2, 5, 6, 3], seed)),
  ],
  ['resizeNearestNeighbor', (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [10, 12]), () => [image()]],
  [
    'resizeNearestNeighbor, odd',
    (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [7, 11], true),
    () => [image()],
  ],
  ['resizeBilinear', (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [10, 12]), () => [image()]],
  ['abs', (x) => tf.abs(x), () => [image()]],
];

describe('fast gradients equal those of TensorFlow.js', () => {
  it.each(cases)('%s', (_, op, make) => {
    const inputs = make();
    expectEqual(
      gradientsOf(op, inputs),
      withStock(() => gradientsOf(op, inputs)),
    );
  });

  it.each(cases)('%s, compiled', (_, op, make) => {
    const inputs = make();
    const compiled = compile((...x: tf.Tensor[]) => gradientsOf(op, x));
    expectEqual(compiled(...inputs), gradientsOf(op, inputs));
    compiled.dispose();
  });
});

describe('where TensorFlow.js is wrong, fast gradients equal differences', () => {
  /** (f(x + h) - f(x - h)) / 2h for every value of x. */
  function differences(op: Op, x: tf.Tensor, h = 1e-2): number[] {
    const weights = tf.cos(tf.add(op(x), 1));
    return Array.from({ length: x.size }, (_, index) =>
      tf.tidy(() => {
        const step = tf.reshape(tf.mul(tf.oneHot(index, x.size), h), x.shape);
        const change = tf.sub(op(tf.add(x, step)), op(tf.sub(x, step)));
        return tf.sum(tf.mul(change, weights)).dataSync()[0]! / (2 * h);
      }),
    );
  }
  const half: [string, Op][] = [
    [
      'resizeNearestNeighbor, half-pixel centres',
      (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [7, 4], false, true),
    ],
    ['resizeBilinear, half-pixel centres', (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [7, 4], false, true)],
  ];

  it.each(half)('%s', (_, op) => {
    const x = normal([1, 5, 6, 2], 1);
    const [gradient] = gradientsOf(op, [x]);
    const expected = differences(op, x);
    for (const [i, value] of gradient!.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 3);
  });

  it.each(['reflect', 'symmetric'] as const)('mirrorPad, %s, when the exact gradient is asked for', (mode) => {
    const before = tf.getGradient('MirrorPad');
    registerExactMirrorPadGradient();
    const x = normal([4, 3], 1);
    const op: Op = (x) =>
      tf.mirrorPad(
        x as tf.Tensor2D,
        [
          [2, 1],
          [1, 2],
        ],
        mode,
      );
    const [gradient] = gradientsOf(op, [x]);
    const expected = differences(op, x);
    for (const [i, value] of gradient!.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 3);
    tf.unregisterGradient('MirrorPad');
    tf.registerGradient(before);
  });
});

describe('registerFastGradients', () => {
  it('does nothing again', () => {
    const before = fastGradients.map(({ kernelName }) => tf.getGradient(kernelName));
    registerFastGradients();
    expect(fastGradients.map(({ kernelName }) => tf.getGradient(kernelName))).toEqual(before);
  });

  it('leaves second derivatives to TensorFlow.js', () => {
    const second = (op: Op) => {
      const x = tf.tensor1d([-1, 0.5, 2]);
      return [tf.grad((x) => tf.grad((y) => tf.sum(op(y)))(x))(x)];
    };
    const activations: Op[] = [tf.tanh, tf.sigmoid, tf.softplus, tf.relu];
    for (const activation of activations) {
      const op: Op = (x) => tf.square(activation(x));
      expectEqual(
        second(op),
        withStock(() => second(op)),
      );
    }
    const sigmoid = 1 / (1 + Math.exp(-0.5));
    expect(second(tf.softplus)[0]!.dataSync()[1]).toBeCloseTo(sigmoid * (1 - sigmoid), 5);
  });

  it('leaves other backends their gradients', async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    // The plain backend's resizeBilinear gradient is wrong unless width and height are equal.
    const portable = cases.filter(([name]) => name !== 'resizeBilinear');
    const inputs = portable.map(([, , make]) => make().map((tensor) => [tensor.shape, tensor.dataSync()] as const));
    const active = tf.getBackend();
    await tf.setBackend('cpu');
    try {
      for (const [index, [, op]] of portable.entries()) {
        const tensors = inputs[index]!.map(([shape, values]) => tf.tensor(values, shape));
        expectEqual(
          gradientsOf(op, tensors),
          withStock(() => gradientsOf(op, tensors)),
        );
      }
    } finally {
      await tf.setBackend(active);
    }
  });
});

afterAll(() => tf.disposeVariables());
