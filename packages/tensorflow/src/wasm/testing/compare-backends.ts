import '@tensorflow/tfjs-backend-cpu';
import {
  findBackendFactory,
  getBackend,
  grad,
  grads,
  memory,
  mul,
  norm,
  randomNormal,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { useWasm } from '../use-wasm.ts';

/** A function of tensors to compare, with the shapes of its inputs: '2x8x8x3', or '' for a scalar. */
export interface Comparison {
  readonly shapes: readonly string[];
  readonly run: (...inputs: Tensor[]) => Tensor;
  /** Makes an input from numbers of the normal distribution. */
  readonly make?: (normal: number) => number;
  /** false: compare values only. */
  readonly differentiate?: boolean;
  /** true where tfjs-node cannot do it or means something else by it. */
  readonly cpuOnly?: boolean;
}

/** Values and gradients, as arrays of numbers. */
type Numbers = readonly Float32Array[];

/**
 * The largest difference between wasm and another backend in value and gradients, relative to the largest number there;
 * the gradients are those of a weighted sum with random weights. Leaves the backend as it was.
 */
export async function largestDifference(comparison: Comparison, backend = 'cpu'): Promise<number> {
  const before = getBackend();
  try {
    await useWasm();
    await setBackend(backend);
    const expected = evaluate(comparison);
    await setBackend('wasm');
    const tensors = memory().numTensors;
    const actual = evaluate(comparison);
    if (memory().numTensors !== tensors) throw new Error(`${memory().numTensors - tensors} tensors leaked`);
    return Math.max(...actual.map((numbers, index) => relativeDifference(numbers, expected[index]!)));
  } finally {
    await setBackend(before);
  }
}

function evaluate({ shapes, run, make = (normal) => normal, differentiate = true }: Comparison): Numbers {
  return tidy(() => {
    const parse = (shape: string): number[] => (shape ? shape.split('x').map(Number) : []);
    let seed = 0;
    const draw = (shape: number[]): Tensor => {
      const numbers = randomNormal(shape, 0, 1, 'float32', ++seed).dataSync();
      return tensor(Float32Array.from(numbers, make), shape);
    };
    const inputs = shapes.map((shape) => draw(parse(shape)));
    const value = run(...inputs);
    if (!differentiate) return [Float32Array.from(value.dataSync())];
    const weights = draw(value.shape);
    const gradients = grads((...variables: Tensor[]) => sum(mul(run(...variables), weights)))(inputs);
    return [value, ...gradients].map((numbers) => Float32Array.from(numbers.dataSync()));
  });
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = expected.reduce((largest, number) => Math.max(largest, Math.abs(number)), 1e-6);
  return actual.reduce((worst, number, index) => {
    const difference = Math.abs(number - expected[index]!);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference / scale);
  }, 0);
}

/** Expects wasm to give the values and gradients of the cpu backend, and of TensorFlow's where it runs, to 1e-5. */
export async function expectSameAsOthers(comparison: Comparison): Promise<void> {
  for (const backend of comparison.cpuOnly ? ['cpu'] : ['cpu', 'tensorflow']) {
    if (findBackendFactory(backend)) {
      expect(await largestDifference(comparison, backend), `difference from ${backend}`).toBeLessThan(1e-5);
    }
  }
}

/** Expects the gradient of a linear function to be its adjoint: <run(x), w> = <x, gradient>, without another backend. */
export async function expectAdjoint(shape: string, run: (x: Tensor) => Tensor): Promise<void> {
  const before = getBackend();
  await useWasm();
  try {
    const [left, right, size] = tidy(() => {
      const x = randomNormal(shape.split('x').map(Number), 0, 1, 'float32', 1);
      const y = run(x);
      const w = randomNormal(y.shape, 0, 1, 'float32', 2);
      const gradient = grad((input) => sum(mul(run(input), w)))(x);
      return [sum(mul(y, w)), sum(mul(x, gradient)), norm(y)].map((scalar) => scalar.dataSync()[0]!);
    }) as [number, number, number];
    expect(Math.abs(left - right) / size).toBeLessThan(1e-5);
  } finally {
    await setBackend(before);
  }
}
