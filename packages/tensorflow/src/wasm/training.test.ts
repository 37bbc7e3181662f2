import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BackendUnavailableError } from '../errors.ts';
import type { WasmBackend } from './backend.ts';
import { contractOn } from './contraction.ts';
import { machineCode } from './machine-code.ts';
import { registerWasmTrainingKernels } from './register-kernels.ts';
import { useWasm } from './use-wasm.ts';

let before: string;
beforeAll(async () => {
  before = tf.getBackend();
  await useWasm();
});
afterAll(async () => void (await tf.setBackend(before)));

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.3, 'float32', seed);
const heapOf = (): number => (tf.backend() as unknown as WasmBackend).wasm.HEAPF32.byteLength;
const numbersOf = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

interface Moments {
  readonly parameter: tf.Variable;
  readonly firstMoment: tf.Variable;
  readonly secondMoment: tf.Variable;
}

const momentsOf = (parameter: tf.Variable): Moments => ({
  parameter,
  firstMoment: tf.variable(tf.zerosLike(parameter)),
  secondMoment: tf.variable(tf.zerosLike(parameter)),
});

function applyAdam(slot: Moments, gradient: tf.Tensor, stepSize: number, epsilon: number): void {
  tf.tidy(() => {
    const inputs = { gradient, stepSize: tf.scalar(stepSize), epsilon: tf.scalar(epsilon) };
    const attrs = { ...slot, beta1: 0.9, beta2: 0.999 } as unknown as tf.NamedAttrMap;
    tf.getKernel('ApplyAdam', 'wasm').kernelFunc({ inputs, attrs, backend: tf.backend() });
  });
}

describe('training on wasm', () => {
  test('learns, without leaking tensors or memory', () => {
    const [image, target] = [normal([4, 16, 16, 8], 1), normal([4, 16, 16, 4], 2)];
    const filters = [normal([3, 3, 8, 16], 3), normal([1, 1, 16, 16], 4), normal([3, 3, 16, 4], 5)].map((start) =>
      momentsOf(tf.variable(start)),
    );
    const loss = (): tf.Scalar => {
      const [a, b, c] = filters.map(({ parameter }) => parameter as unknown as tf.Tensor4D);
      const hidden = tf.relu(tf.conv2d(image as tf.Tensor4D, a!, 1, 'same'));
      const output = tf.conv2d(
        tf.leakyRelu(tf.conv2d(hidden as tf.Tensor4D, b!, 1, 'same'), 0.2) as tf.Tensor4D,
        c!,
        1,
        'same',
      );
      return tf.mean(tf.squaredDifference(output, target)) as tf.Scalar;
    };
    const step = (): number =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss);
        for (const slot of filters) applyAdam(slot, grads[slot.parameter.name]!, 3e-3, 1e-8);
        return value.dataSync()[0]!;
      });
    const first = step();
    step();
    const [tensors, heap] = [tf.memory().numTensors, heapOf()];
    let last = first;
    for (let index = 2; index < 200; index++) last = step();
    expect(last).toBeLessThan(0.7 * first);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(heapOf()).toBe(heap);
  });

  test('Adam in one pass equals its formula', () => {
    const slot = momentsOf(tf.variable(normal([50], 1)));
    const expected = {
      parameter: numbersOf(slot.parameter),
      first: new Array(50).fill(0),
      second: new Array(50).fill(0),
    };
    for (let step = 1; step <= 3; step++) {
      const gradient = normal([50], 10 + step);
      applyAdam(slot, gradient, 0.01, 1e-4);
      numbersOf(gradient).forEach((g, index) => {
        expected.first[index] = 0.9 * expected.first[index] + 0.1 * g;
        expected.second[index] = 0.999 * expected.second[index] + 0.001 * g * g;
        expected.parameter[index]! -= (0.01 * expected.first[index]) / (Math.sqrt(expected.second[index]) + 1e-4);
      });
    }
    for (const [index, value] of numbersOf(slot.parameter).entries())
      expect(value).toBeCloseTo(expected.parameter[index]!, 5);
    for (const [index, value] of numbersOf(slot.secondMoment).entries())
      expect(value).toBeCloseTo(expected.second[index], 6);
  });

  test('Adam leaves the tensor that a parameter was made from as it was', () => {
    const start = tf.ones([4]);
    const slot = momentsOf(tf.variable(start));
    applyAdam(slot, tf.ones([4]), 0.5, 1e-8);
    expect(numbersOf(start)).toEqual([1, 1, 1, 1]);
  });

  test('Adam leaves a clone of the parameter as it was', () => {
    const slot = momentsOf(tf.variable(tf.ones([4])));
    const clone = slot.parameter.clone();
    const tensors = tf.memory().numTensors;
    applyAdam(slot, tf.ones([4]), 0.5, 1e-8);
    expect(numbersOf(clone)).toEqual([1, 1, 1, 1]);
    expect(numbersOf(slot.parameter)[0]).toBeLessThan(0);
    expect(tf.memory().numTensors).toBe(tensors + 1);
  });
});

describe('the kernels', () => {
  test('are registered once', () => {
    const kernel = tf.getKernel('Conv2D', 'wasm');
    registerWasmTrainingKernels();
    expect(tf.getKernel('Conv2D', 'wasm')).toBe(kernel);
  });

  test('want the backend first', () => {
    const kernel = tf.getKernel('Conv2D', 'wasm');
    tf.unregisterKernel('Conv2D', 'wasm');
    try {
      expect(() => registerWasmTrainingKernels()).toThrow(BackendUnavailableError);
    } finally {
      tf.registerKernel(kernel);
    }
  });

  test('are valid code for a memory that threads share', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(machineCode(true)), {
      env: { memory },
    });
    expect(Object.keys(exports)).toContain('contract');
  });

  test('multiply without touching what lies behind the last column', () => {
    const backend = tf.backend() as unknown as WasmBackend;
    for (const columns of [1, 2, 3, 5, 6, 7, 9]) {
      const [a, b] = [normal([3, 4], 1), normal([4, columns], 2)];
      const c = tf.fill([3 * columns + 3], 7);
      const [aAt, bAt, cAt] = [a, b, c].map(({ dataId }) => backend.getMemoryOffset(dataId)) as [
        number,
        number,
        number,
      ];
      contractOn(backend)(aAt, bAt, cAt, {
        ...{ rows: 3, columns, aRow: 4, cRow: columns },
        ...{ counts: [4, 1, 1], aStrides: [1, 0, 0], bStrides: [columns, 0, 0] },
      });
      const result = numbersOf(c);
      expect(result.slice(3 * columns)).toEqual([7, 7, 7]);
      for (const [index, value] of numbersOf(tf.matMul(a, b)).entries()) expect(result[index]).toBeCloseTo(value, 5);
    }
  });
});
