import { createRandom } from '@deflow/images';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { relu } from './activations.ts';
import { conv2d } from './conv2d.ts';
import { countParameters, describeParameters } from './describe-parameters.ts';
import { LayerInputError } from './errors.ts';
import { constant, zeros } from './initializers.ts';
import { createParameter, disposeParameters, namedParameters, trainableParameters } from './parameters.ts';
import { rrdbEncoder } from './rrdb-encoder.ts';
import { sequence } from './sequence.ts';

const random = createRandom(5);

describe('parameter trees', () => {
  test('name, count, describe and free their variables', () => {
    const before = memory().numTensors;
    const network = sequence([
      conv2d({ inputChannels: 3, outputChannels: 40, kernelSize: 3, start: zeros(), random }),
      relu(),
      conv2d({ inputChannels: 40, outputChannels: 2, kernelSize: 1, bias: false, random }),
    ]);
    const tree = { network: network.parameters, mean: createParameter([2], constant(7), random, { trainable: false }) };
    expect([...namedParameters(tree).keys()]).toEqual([
      'network.0.weight',
      'network.0.bias',
      'network.2.weight',
      'mean',
    ]);
    expect(trainableParameters(tree)).toHaveLength(3);
    expect(countParameters(tree)).toEqual({ trainable: 1080 + 40 + 80, buffers: 2 });
    expect(describeParameters(tree).split('\n')).toEqual([
      'network.0.weight  [3, 3, 3, 40]  1,080',
      'network.0.bias    [40]              40',
      'network.2.weight  [1, 1, 40, 2]     80',
      'mean              [2]                2  buffer',
      '1,200 trainable parameters, 2 in buffers',
    ]);
    disposeParameters(tree);
    expect(memory().numTensors).toBe(before);
  });

  test('the published encoder has the published number of parameters', () => {
    const encoder = rrdbEncoder({ scale: 4, random });
    // 16,697,987 in the checkpoint, less upconv2, HRconv (36,928 each) and conv_last (1,731), which nothing uses.
    expect(countParameters(encoder.parameters)).toEqual({ trainable: 16_697_987 - 2 * 36_928 - 1_731, buffers: 0 });
    disposeParameters(encoder.parameters);
  });
});

describe('conv2d', () => {
  test('starts as PyTorch does, or with a zero bias when told how to start', () => {
    const shape = { inputChannels: 4, outputChannels: 8, kernelSize: 3, random };
    const standard = conv2d(shape).bias!.dataSync();
    expect(standard.some((value) => value !== 0)).toBe(true);
    expect(standard.every((value) => Math.abs(value) <= 1 / 6)).toBe(true);
    expect([...conv2d({ ...shape, start: constant(1) }).bias!.dataSync()]).toEqual(new Array(8).fill(0));
    expect(conv2d({ ...shape, bias: false }).bias).toBeUndefined();
  });

  test('names wrong channels, wrong ranks and even kernels without padding', () => {
    const layer = conv2d({ inputChannels: 4, outputChannels: 1, kernelSize: 3, random });
    const pointwise = conv2d({ inputChannels: 4, outputChannels: 1, kernelSize: 1, random });
    const buffer = createParameter([1, 2, 2, 3], zeros(), random);
    const vector = createParameter([1, 4], zeros(), random);
    expect(() => layer.apply(buffer)).toThrow(LayerInputError);
    expect(() => layer.apply(buffer)).toThrow('[batch, height, width, 4] and got [1,2,2,3]');
    expect(() => layer.apply(vector)).toThrow(LayerInputError);
    expect(pointwise.apply(vector).shape).toEqual([1, 1]);
    expect(() => conv2d({ inputChannels: 1, outputChannels: 1, kernelSize: 2, random })).toThrow('kernel of 2x2');
  });
});
