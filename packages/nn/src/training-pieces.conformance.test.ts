import { fill, memory, type Scalar, scalar, sum, tensor, variable } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adam } from './adam.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import { exponentialMovingAverage } from './exponential-moving-average.ts';
import { zeroEachUnlessFinite, zeroUnlessFinite } from './zero-unless-finite.ts';

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, digits);
}

describe('adam', () => {
  test('first step: every parameter moves by the learning rate against the sign of its gradient', () => {
    const parameter = variable(tensor([1, -2, 3, 4]));
    const optimiser = adam({ parameters: { parameter } });
    const { stepSize, epsilon } = optimiser.rates(1, 0.1);
    optimiser.update([tensor([5, -0.01, 1e-3, 0])], { stepSize: scalar(stepSize), epsilon: scalar(epsilon) });
    const expected = [0.9, -1.9, 2.9, 4];
    expectClose(parameter.dataSync(), expected, 5);
    expect(Object.keys(optimiser.moments.first!)).toEqual(['parameter']);
  });

  test('follows float64 arithmetic for 50 steps', () => {
    const parameter = variable(tensor([0.5, -1]));
    const optimiser = adam({ parameters: [parameter], beta1: 0.8, beta2: 0.95 });
    const slots = [0.5, -1].map((value) => ({ value, first: 0, second: 0 }));
    for (let step = 1; step <= 50; step++) {
      const gradients = slots.map((_, index) => Math.sin(step * (index + 1)));
      const { stepSize, epsilon } = optimiser.rates(step, 0.02);
      optimiser.update([tensor(gradients)], { stepSize: scalar(stepSize), epsilon: scalar(epsilon) });
      slots.forEach((slot, index) => {
        slot.first = 0.8 * slot.first + 0.2 * gradients[index]!;
        slot.second = 0.95 * slot.second + 0.05 * gradients[index]! ** 2;
        const mean = slot.first / (1 - 0.8 ** step);
        slot.value -= (0.02 * mean) / (Math.sqrt(slot.second / (1 - 0.95 ** step)) + 1e-8);
      });
    }
    expectClose(
      parameter.dataSync(),
      slots.map(({ value }) => value),
      5,
    );
  });
});

describe('clipByGlobalNorm', () => {
  test('shrinks all gradients together to the maximum', () => {
    const { gradients, norm } = clipByGlobalNorm([tensor([3, 0]), tensor([[4]])], 1);
    expect(norm.dataSync()[0]).toBeCloseTo(5, 6);
    expect(gradients[0]!.dataSync()[0]).toBeCloseTo(3 / (5 + 1e-6), 6);
    expect(gradients[1]!.dataSync()[0]).toBeCloseTo(4 / (5 + 1e-6), 6);
    expect(gradients[1]!.shape).toEqual([1, 1]);
  });

  test('leaves short ones alone', () => {
    const { gradients } = clipByGlobalNorm([tensor([0.3, -0.4])], 1);
    expect([...gradients[0]!.dataSync()]).toEqual([...tensor([0.3, -0.4]).dataSync()]);
  });

  test('keeps only its results', () => {
    const given = [tensor([3, 4]), tensor([1])];
    const before = memory().numTensors;
    clipByGlobalNorm(given, 1);
    expect(memory().numTensors).toBe(before + 3);
  });
});

describe('zeroUnlessFinite', () => {
  const gradients = () => [tensor([1, 2]), tensor([[3]])];
  const values = (witnesses: Scalar[], given = gradients()) => {
    const guarded = zeroUnlessFinite(given, witnesses);
    return [guarded.finite.dataSync()[0], ...guarded.gradients.map((gradient) => [...gradient.dataSync()])];
  };

  test('passes gradients on when loss and norm are finite', () => {
    expect(values([scalar(-3e38), scalar(0)])).toEqual([1, [1, 2], [3]]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('gives zeros for %d', (bad) => {
    expect(values([scalar(1), scalar(bad)])).toEqual([0, [0, 0], [0]]);
    expect(values([scalar(bad)], [tensor([bad, bad]), tensor([[1]])])).toEqual([0, [0, 0], [0]]);
  });

  test('with Adam leaves the parameters as they were', () => {
    const parameter = variable(tensor([1, 2]));
    const optimiser = adam({ parameters: [parameter] });
    const { norm, gradients: clipped } = clipByGlobalNorm([tensor([Number.NaN, 1])], 1);
    const guarded = zeroUnlessFinite(clipped, [norm]);
    optimiser.update(guarded.gradients, { stepSize: guarded.finite, epsilon: scalar(1e-8) });
    expect([...parameter.dataSync()]).toEqual([1, 2]);
    for (const moment of optimiser.variables) expect([...moment.dataSync()]).toEqual([0, 0]);
  });
});

describe('zeroEachUnlessFinite', () => {
  const large = (value: number) => fill([64, 80], value);
  const totals = (given: ReturnType<typeof large>[], loss = 1) => {
    const { gradients, norm, finite } = zeroEachUnlessFinite(given, scalar(loss));
    expect(gradients.map(({ shape }) => shape)).toEqual(given.map(({ shape }) => shape));
    const sums = gradients.map((gradient) => sum(gradient).dataSync()[0]);
    return { sums, norm: norm.dataSync()[0], finite: finite.dataSync()[0] };
  };

  test('passes everything on where all is finite, with the norm of all together', () => {
    const { sums, norm, finite } = totals([large(0.5), tensor([[3], [4]]), tensor([-5])]);
    expect([sums, finite]).toEqual([[2560, 7, -5], 1]);
    expect(norm).toBeCloseTo(Math.sqrt(5120 * 0.25 + 50), 4);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('gives zeros for what %d is in, and says so', (bad) => {
    const spoilt = tensor([...new Array<number>(4999).fill(1), bad]);
    expect(totals([large(1), spoilt, tensor([1]), tensor([2])])).toMatchObject({ sums: [5120, 0, 1, 2], finite: 0 });
    const mixed = [large(1), tensor([bad, 1]), tensor([[2]])];
    expect(totals(mixed)).toMatchObject({ sums: [5120, 0, 0], finite: 0 });
    expect(totals([large(1), tensor([2])], bad)).toMatchObject({ sums: [0, 0], finite: 0 });
  });

  test('keeps only its results', () => {
    const [given, loss] = [[large(1), tensor([1]), tensor([[2]])], scalar(1)];
    const before = memory().numTensors;
    zeroEachUnlessFinite(given, loss);
    expect(memory().numTensors).toBe(before + given.length + 2);
  });
});

describe('exponentialMovingAverage', () => {
  test('follows its rule', () => {
    const theta = (t: number) => Array.from({ length: 6 }, (_, i) => Math.sin(0.5 + 0.3 * i + 0.7 * t));
    const weight = variable(tensor(theta(0), [2, 3]));
    const average = exponentialMovingAverage({ weight }, { decay: 0.9 });
    let expected = theta(0);
    for (let t = 1; t <= 3; t++) {
      weight.assign(tensor(theta(t), [2, 3]));
      average.update();
      expected = theta(t).map((value, i) => 0.9 * expected[i]! + 0.1 * value);
    }
    expectClose(average.variables[0]!.dataSync(), expected, 6);
  });

  test('swaps values there and back, leaves buffers out, leaks nothing', () => {
    const weight = variable(tensor([1]));
    const buffer = variable(tensor([9]), false);
    const average = exponentialMovingAverage({ weight, buffer }, { decay: 0.5 });
    expect(Object.keys(average.averages)).toEqual(['weight']);
    weight.assign(tensor([3]));
    const before = memory().numTensors;
    average.update();
    average.swap();
    expect([weight.dataSync()[0], average.variables[0]!.dataSync()[0]]).toEqual([2, 3]);
    average.swap();
    expect([weight.dataSync()[0], average.variables[0]!.dataSync()[0]]).toEqual([3, 2]);
    expect(memory().numTensors).toBe(before);
  });
});
