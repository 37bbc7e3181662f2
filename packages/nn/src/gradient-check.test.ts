import { customGrad, exp, memory, mul, type Tensor, tanh, tensor, variable } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { GradientMismatchError } from './errors.ts';
import { checkGradient } from './gradient-check.ts';
import { requireGradients } from './require-gradients.ts';

beforeAll(requireGradients);

test('accepts right gradients far below its tolerance, and counts what it compared', async () => {
  const x = tensor([-1, 0.3, 2]);
  const scale = variable(tensor([0.5, 1, -1]));
  const before = memory().numTensors;
  const result = await checkGradient((input) => mul(tanh(input), exp(scale)), [x], { variables: [scale] });
  expect(result.checked).toBe(6);
  expect(result.largestError).toBeLessThan(1e-4);
  expect([...scale.dataSync()]).toEqual([0.5, 1, -1]);
  expect(memory().numTensors).toBe(before);
});

test('names the entry whose gradient is wrong', async () => {
  const wrong = customGrad((x) => {
    const input = x as Tensor;
    return { value: mul(input, 3), gradFunc: (dy) => mul(dy as Tensor, tensor([3, 3.2])) };
  });
  const attempt = checkGradient((x) => wrong(x), [tensor([1, 1])]);
  await expect(attempt).rejects.toBeInstanceOf(GradientMismatchError);
  await expect(attempt).rejects.toThrow('Entry 1 of input 0');
});

test('takes an input that does not matter as one with gradient 0', async () => {
  const { largestError } = await checkGradient((x) => mul(x, 2), [tensor([1]), tensor([5])]);
  expect(largestError).toBeLessThan(1e-3);
});
