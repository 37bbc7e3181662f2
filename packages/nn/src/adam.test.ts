import { existsSync, readFileSync } from 'node:fs';
import {
  getBackend,
  getKernel,
  type KernelFunc,
  memory,
  registerKernel,
  scalar,
  tensor,
  unregisterKernel,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adam } from './adam.ts';

interface Run {
  type: string;
  lr: number;
  betas: [number, number];
  eps: number;
  weight_decay: number;
  steps: { after: Record<'a' | 'b', number[]> }[];
  state_after_5: Record<'a' | 'b', { exp_avg: number[]; exp_avg_sq: number[] }>;
}

const file = new URL('../../../../shared/golden/sr/optim.json', import.meta.url);
const available = existsSync(file);
if (!available) console.warn('skipped: ../shared/golden/sr/optim.json is not there');
const runs: Run[] = available ? JSON.parse(readFileSync(file, 'utf8')).optimisers.runs : [];
const shapes = { a: [3, 4], b: [5] };
const names = ['a', 'b'] as const;

/** The quadratic of the golden file: loss = sum 0.5 A (w - B)^2, so the gradient is A (w - B). */
const gradientAt = (weights: Float32Array | Int32Array | Uint8Array, offset: number) =>
  Float64Array.from(weights, (w, i) => (1 + 0.5 * Math.sin(0.7 * (i + offset))) * (w - Math.cos(0.4 * (i + offset))));

const start = (offset: number, length: number) =>
  Array.from({ length }, (_, i) => 0.3 * Math.sin(0.2 + 0.9 * (i + offset)));

const difference = (actual: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, index) => Math.abs(value - actual[index]!)));

/**
 * PyTorch rounds 1 - beta2 once, from double; TensorFlow's fused update subtracts in float32, where beta2 may be off by 2^-25:
 * its second moments are those of a beta2 that differs in the eighth digit.
 */
const secondMomentError = (beta2: number, expected: readonly number[]) =>
  3e-8 + (getBackend() === 'tensorflow' ? (2 ** -25 / (1 - beta2)) * Math.max(...expected.map(Math.abs)) : 0);

describe.skipIf(!available)('adam against PyTorch', () => {
  const cases = runs
    .filter(({ type }) => type === 'Adam')
    .flatMap((run) => (['each', 'joined'] as const).map((storage) => ({ ...run, storage })));
  for (const { storage, ...run } of cases) {
    test(`learning rate ${run.lr}, betas ${run.betas}, weight decay ${run.weight_decay}, ${storage}`, () => {
      const tree: Record<'a' | 'b', Variable> = {
        a: variable(tensor(start(0, 12), shapes.a)),
        b: variable(tensor(start(12, 5), shapes.b)),
      };
      const [beta1, beta2] = run.betas;
      const [epsilon, weightDecay] = [run.eps, run.weight_decay];
      const optimiser = adam({ parameters: tree, beta1, beta2, epsilon, weightDecay, storage });
      run.steps.forEach(({ after }, index) => {
        const rates = optimiser.rates(index + 1, run.lr);
        const gradients = names.map((name, i) =>
          tensor(new Float32Array(gradientAt(tree[name].dataSync(), 12 * i)), shapes[name]),
        );
        optimiser.update(gradients, { stepSize: scalar(rates.stepSize), epsilon: scalar(rates.epsilon) });
        for (const name of names) expect(difference(tree[name].dataSync(), after[name])).toBeLessThan(3e-7);
      });
      const { first, second } = optimiser.moments as Record<'first' | 'second', Record<'a' | 'b', Variable>>;
      for (const name of names) {
        const { exp_avg, exp_avg_sq } = run.state_after_5[name];
        expect(difference(first[name].dataSync(), exp_avg)).toBeLessThan(3e-7);
        expect(difference(second[name].dataSync(), exp_avg_sq)).toBeLessThan(secondMomentError(beta2, exp_avg_sq));
      }
    });
  }
});

describe('adam', () => {
  test('moves each variable by its own share of the rate', () => {
    const [slow, fast] = [variable(tensor([1])), variable(tensor([1]))];
    const optimiser = adam({ parameters: [slow, fast], learningRateFactors: new Map([[fast, 5]]) });
    const { stepSize, epsilon } = optimiser.rates(1, 0.01);
    optimiser.update([tensor([2]), tensor([2])], { stepSize: scalar(stepSize), epsilon: scalar(epsilon) });
    expect(slow.dataSync()[0]).toBeCloseTo(0.99, 6);
    expect(fast.dataSync()[0]).toBeCloseTo(0.95, 6);
  });

  test("leaves the update to the backend's ApplyAdam kernel where there is one", () => {
    const backendName = getBackend();
    const registered = getKernel('ApplyAdam', backendName);
    if (registered) unregisterKernel('ApplyAdam', backendName);
    const calls: Parameters<KernelFunc>[0][] = [];
    const kernelFunc: KernelFunc = (call) => {
      calls.push(call);
      return [];
    };
    registerKernel({ kernelName: 'ApplyAdam', backendName, kernelFunc });
    try {
      const [parameter, gradient] = [variable(tensor([1])), tensor([2])];
      const [stepSize, epsilon] = [scalar(0.1), scalar(1e-8)];
      const optimiser = adam({ parameters: [parameter], beta1: 0.8 });
      optimiser.update([gradient], { stepSize, epsilon });
      const [firstMoment, secondMoment] = optimiser.variables;
      expect(calls).toHaveLength(1);
      expect(calls[0]!.inputs).toEqual({ gradient, stepSize, epsilon });
      const attrs = calls[0]!.attrs as Record<string, unknown>;
      expect(Object.keys(attrs).sort()).toEqual(['beta1', 'beta2', 'firstMoment', 'parameter', 'secondMoment']);
      expect(attrs.parameter).toBe(parameter);
      expect(attrs.firstMoment).toBe(firstMoment);
      expect(attrs.secondMoment).toBe(secondMoment);
      expect([attrs.beta1, attrs.beta2]).toEqual([0.8, 0.999]);
      expect(parameter.dataSync()[0]).toBe(1);
    } finally {
      unregisterKernel('ApplyAdam', backendName);
      if (registered) registerKernel(registered);
    }
  });

  test('keeps no tensors between steps', () => {
    const parameter = variable(tensor([1, 2]));
    const optimiser = adam({ parameters: [parameter], weightDecay: 0.1 });
    const rates = { stepSize: scalar(0.1), epsilon: scalar(1e-8) };
    const gradient = tensor([1, -1]);
    const before = memory().numTensors;
    for (let step = 0; step < 3; step++) optimiser.update([gradient], rates);
    expect(memory().numTensors).toBe(before);
    optimiser.dispose();
    expect(memory().numTensors).toBe(before - 2);
  });

  test('gives the bias corrections in double precision', () => {
    const optimiser = adam({ parameters: [] });
    expect(optimiser.rates(1, 1).stepSize).toBeCloseTo(Math.sqrt(0.001) / 0.1, 12);
    expect(optimiser.rates(1, 1).epsilon).toBeCloseTo(1e-8 * Math.sqrt(0.001), 20);
    expect(optimiser.rates(1e6, 3e-4)).toEqual({ stepSize: 3e-4, epsilon: 1e-8 });
  });

  test('names wrong steps and missing gradients', () => {
    const optimiser = adam({ parameters: [variable(tensor([1]))] });
    expect(() => optimiser.rates(0, 1)).toThrow('Count steps from 1');
    expect(() => optimiser.update([], { stepSize: scalar(1), epsilon: scalar(1) })).toThrow('0 gradients came for 1');
  });
});
