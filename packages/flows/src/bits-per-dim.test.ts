import { memory, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { bitsPerDim, meanBitsPerDim } from './bits-per-dim.ts';
import { LikelihoodError } from './errors.ts';

test('a uniform density on the unit range costs log2 of the levels', () => {
  expect(bitsPerDim(0, 192, { quantisation: 256 })).toBe(8);
  expect(bitsPerDim(0, 192, { quantisation: 64 })).toBe(6);
  expect(bitsPerDim(192 * Math.LN2, 192, { quantisation: 64 })).toBeCloseTo(5, 12);
});

test('tensors give tensors', () => {
  const logLikelihood = tensor1d([0, 100]);
  const before = memory().numTensors;
  const bits = bitsPerDim(logLikelihood, 50, { quantisation: 4 });
  expect([...bits.dataSync()]).toEqual([2, expect.closeTo(2 - 2 / Math.LN2, 5)]);
  bits.dispose();
  expect(memory().numTensors).toBe(before);
});

test('NaN is thrown on the host', () => {
  expect(() => bitsPerDim(Number.NaN, 10)).toThrow(LikelihoodError);
});

test('the mean over a batch is that of its samples, and one NaN is enough to throw', async () => {
  expect(await meanBitsPerDim(tensor1d([0, 100]), 50, { quantisation: 4 })).toBeCloseTo(2 - 1 / Math.LN2, 6);
  await expect(meanBitsPerDim(tensor1d([1, Number.NaN, 3]), 10)).rejects.toThrow(LikelihoodError);
  await expect(meanBitsPerDim(tensor1d([1, Number.NaN, 3]), 10)).rejects.toThrow('1 of 3 log-likelihoods are NaN');
});
