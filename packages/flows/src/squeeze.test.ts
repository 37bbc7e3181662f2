import { reshape, tensor, transpose, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { FlowConfigurationError, FlowShapeError } from './errors.ts';
import { squeeze } from './squeeze.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('T1: the blocks of 1..16', () => {
  const x = tensor(upTo(16), [1, 4, 4, 1]);
  const z = transpose(squeeze().forward(x).z, [0, 3, 1, 2]).arraySync();
  expect(z).toEqual([
    [
      [
        [1, 3],
        [9, 11],
      ],
      [
        [2, 4],
        [10, 12],
      ],
      [
        [5, 7],
        [13, 15],
      ],
      [
        [6, 8],
        [14, 16],
      ],
    ],
  ]);
});

test('channel 4c + 2dy + dx of colour pixels', () => {
  const x = reshape(tensor(upTo(12)), [1, 2, 2, 3]);
  expect([...squeeze().forward(x).z.dataSync()]).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
});

test('odd sizes, vectors and channels not in fours are refused', () => {
  expect(() => squeeze().forward(zeros([1, 5, 4, 3]))).toThrow(FlowShapeError);
  expect(() => squeeze().forward(zeros([1, 4, 5, 3]))).toThrow('squeeze got shape [4, 5, 3] but wants');
  expect(() => squeeze().forward(zeros([1, 4]))).toThrow(FlowShapeError);
  expect(() => squeeze().inverse(zeros([1, 2, 2, 6]))).toThrow(FlowShapeError);
});

test.each([2, 3, 4].flatMap((factor) => [1, 3].map((channels) => [factor, channels])))(
  'T2: by %i, %i channels, there and back exactly',
  (factor, channels) => {
    const shape = [2, 2 * factor, 3 * factor, channels];
    const x = tensor(upTo(shape.reduce((product, size) => product * size)), shape);
    const layer = squeeze({ factor });
    const { z, logDet } = layer.forward(x);
    expect(z.shape).toEqual([2, 2, 3, factor ** 2 * channels]);
    expect(layer.inverse(z).x.dataSync()).toEqual(x.dataSync());
    expect([...logDet.dataSync()]).toEqual([0, 0]);
    // Channel n^2 c + n dy + dx of position [1, 2].
    const [dy, dx, c] = [factor - 1, 1, channels - 1];
    const wanted = (factor + dy) * 3 * factor * channels + (2 * factor + dx) * channels + c + 1;
    const got = (z.arraySync() as number[][][][])[0][1][2][factor ** 2 * c + factor * dy + dx];
    expect(got).toBe(wanted);
  },
);

test('there are no blocks of less than 2 x 2, and sizes must be multiples', () => {
  expect(() => squeeze({ factor: 1 })).toThrow(FlowConfigurationError);
  expect(() => squeeze({ factor: 3 }).forward(zeros([1, 4, 6, 1]))).toThrow('in multiples of 3');
  expect(() => squeeze({ factor: 3 }).inverse(zeros([1, 4, 6, 8]))).toThrow('channels in multiples of 9');
});
