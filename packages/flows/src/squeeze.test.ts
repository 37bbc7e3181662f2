import { reshape, tensor, transpose, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { FlowShapeError } from './errors.ts';
import { squeeze } from './squeeze.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('the blocks of 1..16', () => {
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
