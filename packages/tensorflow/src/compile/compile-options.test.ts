import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { CompileResultError } from './errors.ts';
import { describeNative } from './testing/native-only.ts';

const normal = (shape: number[], seed: number, deviation = 1) => tf.randomNormal(shape, 0, deviation, 'float32', seed);
const x = normal([2, 16, 16, 32], 1) as tf.Tensor4D;
const weights = [2, 3, 4].map((seed) => normal([3, 3, 32, 32], seed, 0.05) as tf.Tensor4D);

function loss(x: tf.Tensor4D, weights: readonly tf.Tensor4D[]) {
  const f = (...w: tf.Tensor[]) => {
    const h = w.reduce<tf.Tensor4D>(
      (h, kernel) => tf.add(h, tf.relu(tf.conv2d(h, kernel as tf.Tensor4D, 1, 'same'))),
      x,
    );
    return tf.mean(tf.square(h)) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(f)(weights as tf.Tensor4D[]);
  return { value, grads };
}

/** The largest difference, relative to the largest value. */
const deviation = (a: tf.Tensor, b: tf.Tensor) =>
  tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!);

describeNative('options', () => {
  const exact = loss(x, weights);

  it('xla: equal to rounding', () => {
    const f = compile(loss, { xla: true });
    const r = f(x, weights);
    expect(f.execution).toMatchObject({ isCaptured: true, xla: true, precision: 'float32', notes: [] });
    expect(deviation(r.value, exact.value)).toBeLessThan(1e-5);
    for (const [i, gradient] of r.grads.entries()) expect(deviation(gradient, exact.grads[i]!)).toBeLessThan(1e-4);
  });

  it('bfloat16: close, with float32 results, or it says that it has no effect', () => {
    const f = compile(loss, { precision: 'bfloat16' });
    const r = f(x, weights);
    expect(r.value.dtype).toBe('float32');
    expect(r.grads[0]!.dtype).toBe('float32');
    const error = deviation(r.value, exact.value);
    expect(error).toBeLessThan(1e-2);
    if (f.execution.precision === 'bfloat16') expect(error).toBeGreaterThan(0);
    else expect(f.execution.notes).toEqual([expect.stringContaining('no effect')]);
    const both = compile(loss, { precision: 'bfloat16', xla: true }).execution;
    expect(both).toMatchObject({ xla: true, precision: 'float32', notes: [expect.stringContaining('no effect')] });
  });
});

describeNative('state in bfloat16 steps', () => {
  it('updates keep what bfloat16 cannot hold', () => {
    const rate = 1e-4;
    const step = (kernel: tf.Variable, average: tf.Variable) => (x: tf.Tensor4D) => {
      const f = () => tf.mean(tf.square(tf.conv2d(x, kernel as unknown as tf.Tensor4D, 1, 'same'))) as tf.Scalar;
      const { value, grads } = tf.variableGrads(f, [kernel]);
      kernel.assign(tf.sub(kernel, tf.mul(grads[kernel.name]!, rate)));
      average.assign(tf.add(tf.mul(average, 0.999), tf.mul(kernel, 0.001)));
      return value;
    };
    const change = (precision: 'float32' | 'bfloat16') => {
      const [kernel, average] = [tf.variable(weights[0]!), tf.variable(weights[1]!)];
      const f = compile(step(kernel, average), { state: [kernel, average], precision });
      for (let i = 0; i < 3; i++) f(x).dispose();
      const changes = [tf.sub(kernel, weights[0]!), tf.sub(average, weights[1]!)];
      for (const variable of [kernel, average]) variable.dispose();
      return changes;
    };
    const [exact, rounded] = [change('float32'), change('bfloat16')];
    // Far below the spacing of bfloat16 numbers near the values: a gradient in bfloat16 is a percent off, an update there would vanish.
    expect(tf.max(tf.abs(exact[0]!)).dataSync()[0]).toBeLessThan(tf.max(weights[0]!).dataSync()[0]! * 2 ** -9);
    for (const [i, tensor] of rounded.entries()) expect(deviation(tensor, exact[i]!)).toBeLessThan(3e-2);
  });
});

describeNative('an activation inside its convolution', () => {
  it('bfloat16: relu of an exact zero stays zero and passes no gradient', () => {
    const step = (x: tf.Tensor4D, kernel: tf.Tensor4D) => {
      const value = (x: tf.Tensor4D) => tf.relu(tf.conv2d(x, kernel, 1, 'same'));
      return { value: value(x), gradient: tf.grad((x) => value(x as tf.Tensor4D))(x) };
    };
    const f = compile(step, { precision: 'bfloat16' });
    const atZero = f(tf.zerosLike(x), weights[0]!);
    expect(tf.max(tf.abs(atZero.value)).dataSync()[0]).toBe(0);
    expect(tf.max(tf.abs(atZero.gradient)).dataSync()[0]).toBe(0);
    // bfloat16 keeps 8 bits: 0.4 % for each factor, less where many products are summed.
    expect(deviation(f(x, weights[0]!).value, step(x, weights[0]!).value)).toBeLessThan(1e-2);
  });
});

describe('on a backend without graphs', () => {
  it('runs the function as it is', async () => {
    const active = tf.getBackend();
    await tf.setBackend('cpu');
    try {
      const v = tf.variable(tf.tensor1d([1]));
      const f = compile(
        ({ a }: { a: tf.Tensor }) => {
          v.assign(tf.add(v, a) as tf.Tensor1D);
          tf.neg(a);
          const b = tf.mul(a, 2);
          return { a, b, again: b, v };
        },
        { state: [v], xla: true, precision: 'bfloat16' },
      );
      expect(f.execution).toMatchObject({ isCaptured: false, xla: false, precision: 'float32' });
      expect(f.execution.notes).toHaveLength(2);
      const a = tf.tensor1d([5]);
      const before = tf.memory().numTensors;
      const r = f({ a });
      expect(tf.memory().numTensors).toBe(before + 4);
      tf.dispose([r.a, r.b, r.v]);
      expect(r.again.dataSync()[0]).toBe(10);
      expect(a.dataSync()[0]).toBe(5);
      expect((await f.async({ a })).v.dataSync()[0]).toBe(11);
      expect(v.dataSync()[0]).toBe(11);
      expect(() => compile(() => 3 as never)()).toThrow(CompileResultError);
    } finally {
      await tf.setBackend(active);
    }
  });
});
