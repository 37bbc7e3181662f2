import { createRandom } from '@deflow/images';
import { memory, mul, reshape, type Tensor, tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { leakyRelu, relu } from './activations.ts';
import { conv2d } from './conv2d.ts';
import { denseBlock } from './dense-block.ts';
import { checkGradient } from './gradient-check.ts';
import { meanHalf, nearestHalf } from './halve.ts';
import { kaimingNormal } from './initializers.ts';
import type { Layer } from './layer.ts';
import { nearestUpsample } from './nearest-upsample.ts';
import { namedParameters, type ParameterTree, trainableParameters } from './parameters.ts';
import { requireGradients } from './require-gradients.ts';
import { rrdb } from './rrdb.ts';
import { rrdbEncoder } from './rrdb-encoder.ts';
import { sequence } from './sequence.ts';

beforeAll(requireGradients);

const random = createRandom('layers');
const sample = (shape: number[]): Tensor =>
  tensor(random.normals(shape.reduce((product, size) => product * size, 1)), shape);

/** Away from 0, where relu and leaky relu have their kink. */
const signed = (shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      const value = random.uniform() - 0.5;
      return value + Math.sign(value) * 0.1;
    }),
    shape,
  );

/** Cross-correlation in float64, straight from its definition; NHWC, kernel [h, w, in, out]. */
function convolve(x: Tensor, weight: Tensor, bias: Tensor, stride: number, padding: readonly number[]): number[] {
  const [batch, height, width, inputs] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outputs] = weight.shape as [number, number, number, number];
  const [image, kernel, shift] = [x.dataSync(), weight.dataSync(), bias.dataSync()];
  const [vertical, horizontal] = padding as [number, number];
  const result: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let top = -vertical; top + kernelHeight <= height + vertical; top += stride) {
      for (let left = -horizontal; left + kernelWidth <= width + horizontal; left += stride) {
        for (let output = 0; output < outputs; output++) {
          let total = shift[output]!;
          for (let i = 0; i < kernelHeight; i++) {
            for (let j = 0; j < kernelWidth; j++) {
              const [row, column] = [top + i, left + j];
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              for (let input = 0; input < inputs; input++) {
                const pixel = image[((b * height + row) * width + column) * inputs + input]!;
                total += pixel * kernel[((i * kernelWidth + j) * inputs + input) * outputs + output]!;
              }
            }
          }
          result.push(total);
        }
      }
    }
  }
  return result;
}

const largestDifference = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
  Array.from(expected).reduce((largest, value, index) => Math.max(largest, Math.abs(value - actual[index]!)), 0);

const convolutions = [
  { kernelSize: 3, stride: 1, padding: [1, 1], size: [5, 4] },
  { kernelSize: 1, stride: 1, padding: [0, 0], size: [3, 4] },
  { kernelSize: 3, stride: 2, padding: [1, 1], size: [6, 5] },
  { kernelSize: [1, 5], stride: 1, padding: [0, 2], size: [4, 6] },
  { kernelSize: 4, stride: 2, padding: [1, 1], size: [6, 8] },
  { kernelSize: 3, stride: 1, padding: [0, 0], size: [5, 4] },
] as const;

describe('conv2d', () => {
  test.each(convolutions)('kernel $kernelSize, stride $stride, padding $padding', async (options) => {
    const layer = conv2d({ ...options, inputChannels: 3, outputChannels: 2, random });
    const x = sample([2, ...options.size, 3]);
    const expected = convolve(x, layer.weight, layer.bias!, options.stride, options.padding);
    const output = layer.apply(x);
    expect(output.size).toBe(expected.length);
    expect(largestDifference(output.dataSync(), expected)).toBeLessThan(2e-6);
    const variables = [layer.weight, layer.bias!];
    const { checked } = await checkGradient((input) => layer.apply(input), [x], { variables });
    expect(checked).toBe(16 + 16 + 2 - (layer.weight.size < 16 ? 16 - layer.weight.size : 0));
  });

  test('with kernel 1 gives the same for vectors and for images of one pixel', async () => {
    const layer = conv2d({ inputChannels: 3, outputChannels: 4, kernelSize: 1, random });
    const x = sample([5, 3]);
    const asImage = layer.apply(reshape(x, [5, 1, 1, 3]));
    expect(layer.apply(x).shape).toEqual([5, 4]);
    expect(largestDifference(layer.apply(x).dataSync(), asImage.dataSync())).toBeLessThan(1e-6);
    await checkGradient((input) => layer.apply(input), [x], { variables: [layer.weight] });
  });
});

/**
 * Makes the gradients of a deep network measurable: dense blocks start so small that rounding hides them, and biases of 3 and -3
 * keep every leaky ReLU away from its kink, on either side.
 */
function steady(parameters: ParameterTree): void {
  const signs = (size: number) => Array.from({ length: size }, (_, index) => (index % 2 === 0 ? 3 : -3));
  for (const [name, variable] of namedParameters(parameters)) {
    const inDenseBlock = /\bconv[1-5]\./.test(name);
    const weight = () => mul(variable, inDenseBlock ? 4 : 1);
    tidy(() => variable.assign(name.endsWith('bias') ? tensor(signs(variable.size)) : weight()));
  }
}

const channels = 4;
const start = kaimingNormal();
const makeLayers: [string, () => Layer, number[]][] = [
  ['relu', relu, [1, 3, 3, channels]],
  ['leakyRelu', () => leakyRelu(), [1, 3, 3, channels]],
  ['nearestUpsample', () => nearestUpsample(2), [2, 2, 3, channels]],
  ['denseBlock', () => denseBlock({ channels, growth: 2, random }), [1, 4, 3, channels]],
  ['rrdb', () => rrdb({ channels, growth: 2, random }), [1, 3, 3, channels]],
  [
    'sequence',
    () =>
      sequence([
        conv2d({ inputChannels: channels, outputChannels: 3, kernelSize: 3, start, random }),
        leakyRelu(),
        conv2d({ inputChannels: 3, outputChannels: 2, kernelSize: 1, start, random }),
      ]),
    [1, 4, 4, channels],
  ],
];

describe.each(makeLayers)('%s', (_, make, shape) => {
  test('has the gradients of its difference quotients', async () => {
    const layer = make();
    const variables = trainableParameters(layer.parameters);
    steady(layer.parameters);
    const options = { variables, entries: 3, step: 1e-2 };
    const { checked } = await checkGradient((x) => layer.apply(x), [signed(shape)], options);
    expect(checked).toBe(3 * (1 + variables.length) - variables.filter(({ size }) => size === 2).length);
  });

  test('leaves one tensor behind', () => {
    const layer = make();
    const x = signed(shape);
    const before = memory().numTensors;
    const output = layer.apply(x);
    expect(memory().numTensors).toBe(before + 1);
    output.dispose();
  });
});

test('nearestHalf keeps the top left of every 2x2 and drops odd ends', async () => {
  const x = tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [1, 3, 5, 1]);
  expect([...nearestHalf(x).dataSync()]).toEqual([0, 2]);
  await checkGradient(nearestHalf, [sample([2, 5, 4, 3])]);
});

test('meanHalf averages 2x2 and drops odd ends', async () => {
  const x = tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [1, 3, 5, 1]);
  expect([...meanHalf(x).dataSync()]).toEqual([3, 5]);
  await checkGradient(meanHalf, [sample([2, 5, 4, 3])]);
});

test('nearestUpsample replicates pixels', () => {
  const x = tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  expect([...nearestUpsample(2).apply(x).dataSync()]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test('rrdbEncoder has the gradients of its difference quotients at every level', async () => {
  const encoder = rrdbEncoder({ scale: 2, levels: [0, 1, 2], channels: 3, growth: 2, blocks: 2, taps: [0], random });
  const named = namedParameters(encoder.parameters);
  const variables = ['conv_first.weight', 'RRDB_trunk.1.RDB2.conv3.weight', 'trunk_conv.bias', 'upconv1.weight'].map(
    (name) => named.get(name)!,
  );
  steady(encoder.parameters);
  const x = signed([1, 4, 4, 3]);
  for (const level of [0, 1, 2]) {
    const options = { variables, entries: 4, step: 1e-2 };
    const { checked } = await checkGradient((input) => encoder.apply(input)[level]!, [x], options);
    expect(checked).toBe(4 * 4 + 3);
  }
});
