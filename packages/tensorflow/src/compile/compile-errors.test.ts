import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { DeFlowError } from '../errors.ts';
import { compile } from './compile.ts';
import {
  CompileArgumentError,
  CompileResultError,
  EscapedTensorError,
  FunctionDisposedError,
  LargeConstantError,
  OuterTensorError,
  ReadDuringCaptureError,
  UnrepeatableFunctionError,
  ValueDependentShapeError,
  VariableInsideError,
} from './errors.ts';
import { type NodeBackend, nodeBackend } from './node-backend.ts';
import type { TensorTree } from './tensor-tree.ts';
import { describeNative } from './testing/native-only.ts';

const backend = nodeBackend() as NodeBackend;
const x = tf.tensor1d([1, 2, 3]);

/** The error of compiling `fn` and calling it with x; nothing may be left behind by it. */
function errorOf(fn: (x: tf.Tensor) => TensorTree, options = {}): DeFlowError {
  const counts = () => [tf.memory().numTensors, backend.numDataIds()];
  const before = counts();
  let caught: unknown;
  try {
    compile(fn, { name: 'trial', ...options })(x);
  } catch (error) {
    caught = error;
  }
  expect(counts()).toEqual(before);
  expect(DeFlowError.isInstance(caught)).toBe(true);
  expect([...tf.add(x, 1).dataSync()]).toEqual([2, 3, 4]);
  return caught as DeFlowError;
}

describeNative('a function that cannot be compiled gives a named error', () => {
  it('when it reads data', () => {
    const error = errorOf((x) => tf.mul(x, tf.sum(x).dataSync()[0]!));
    expect(error).toBeInstanceOf(ReadDuringCaptureError);
    expect(error.message).toContain('trial reads the data');
    expect(error.stack).toContain('compile-errors.test.ts');
    expect(errorOf((x) => tf.mul(x, tf.sum(x).arraySync() as number))).toBeInstanceOf(ReadDuringCaptureError);
    const outer = tf.tensor1d([2]);
    expect(errorOf((x) => tf.mul(x, outer.dataSync()[0]!))).toBeInstanceOf(OuterTensorError);
    outer.dispose();
  });

  it('but constants may be read', () => {
    const f = compile((x: tf.Tensor) => {
      const constant = tf.tensor1d([2, 5]);
      const product = tf.mul(x, tf.slice(constant, 0, 1));
      return tf.add(product, constant.dataSync()[1]!);
    });
    expect([...f(x).dataSync()]).toEqual([7, 9, 11]);
  });

  it('when it draws random numbers in JavaScript, or TensorFlow draws them', () => {
    expect(errorOf((x) => tf.add(x, tf.randomNormal([3])))).toBeInstanceOf(UnrepeatableFunctionError);
    expect(errorOf((x) => tf.mul(x, Math.random())).message).toMatch(
      /constant that was \[.*\] in a first recording and \[/,
    );
    expect(errorOf((x) => tf.dropout(x, 0.5))).toBeInstanceOf(UnrepeatableFunctionError);
    expect(errorOf((x) => tf.multinomial(x as tf.Tensor1D, 2, 7))).toBeInstanceOf(UnrepeatableFunctionError);
  });

  it('when it depends on a counter, by value, by path or by length', () => {
    let calls = 0;
    expect(errorOf((x) => tf.mul(x, calls++))).toBeInstanceOf(UnrepeatableFunctionError);
    expect(errorOf((x) => (calls++ % 2 ? tf.exp(x) : tf.log(x)))).toBeInstanceOf(UnrepeatableFunctionError);
    expect(errorOf((x) => (calls++ % 2 ? tf.exp(x) : tf.exp(tf.exp(x))))).toBeInstanceOf(UnrepeatableFunctionError);
    expect(errorOf((x) => (calls++ % 2 ? tf.exp(tf.exp(x)) : tf.exp(x)))).toBeInstanceOf(UnrepeatableFunctionError);
  });

  it('when it uses tensors or variables from outside', () => {
    const used = tf.add(x, 1);
    const fresh = tf.tensor1d([1, 2, 3]);
    const v = tf.variable(fresh, true, 'forgotten');
    expect(errorOf((x) => tf.add(x, used))).toBeInstanceOf(OuterTensorError);
    expect(errorOf((x) => tf.add(x, fresh))).toBeInstanceOf(OuterTensorError);
    expect(errorOf(() => x)).toBeInstanceOf(OuterTensorError);
    const error = errorOf((x) => tf.add(x, v));
    expect(error).toBeInstanceOf(OuterTensorError);
    expect(error.message).toContain("'forgotten'");
    expect(error.remedy).toContain('state');
    tf.dispose([used, fresh, v]);
  });

  it('when it makes variables', () => {
    expect(errorOf((x) => tf.add(tf.variable(tf.zeros([3])), x))).toBeInstanceOf(VariableInsideError);
  });

  it('when a shape depends on values', () => {
    const error = errorOf((x) => tf.unique(x).values);
    expect(error).toBeInstanceOf(ValueDependentShapeError);
    expect(error.value).toMatch(/Unique/);
  });

  it('when a constant is large; uniform ones may have any size', () => {
    const ramp = Float32Array.from({ length: 2 ** 20 + 1 }, (_, i) => i);
    const error = errorOf((x) => tf.add(tf.sum(tf.tensor1d(ramp)), x));
    expect(error).toBeInstanceOf(LargeConstantError);
    const f = compile((x: tf.Tensor) => tf.add(tf.sum(tf.ones([2048, 1024, 4])), x));
    expect(f(x).dataSync()[0]).toBe(2 ** 23 + 1);
  });

  it('when arguments or results are no tensors', async () => {
    const f = compile((x: TensorTree) => tf.neg((x as { a: tf.Tensor }).a), { name: 'trial' });
    expect(() => f({ a: 3 } as never)).toThrow(CompileArgumentError);
    expect(() => f({ a: 3 } as never)).toThrow('arguments[0].a is a number (3)');
    expect(() => f(null as never)).toThrow(CompileArgumentError);
    const gone = tf.tensor1d([1]);
    gone.dispose();
    expect(() => f({ a: gone })).toThrow('disposed');
    await expect(f.async({ a: new Float32Array(2) } as never)).rejects.toThrow(CompileArgumentError);
    expect(errorOf((x) => ({ loss: x, count: 3 }) as never).message).toContain('result.count is a number (3)');
    expect(errorOf(() => undefined as never)).toBeInstanceOf(CompileResultError);
    expect(errorOf((async (x: tf.Tensor) => tf.neg(x)) as never).message).toContain('asynchronous');
    const reading = async (x: tf.Tensor) => tf.mul(x, (await tf.sum(x).data())[0]!);
    expect(errorOf(reading as never)).toBeInstanceOf(CompileResultError);
  });

  it('when its tensors are used after it, or it after its disposal', () => {
    let escaped: tf.Tensor | undefined;
    const f = compile((x: tf.Tensor) => {
      escaped = tf.keep(tf.neg(x));
      return tf.exp(x);
    });
    f(x).dispose();
    expect(() => tf.add(escaped!, 1)).toThrow(EscapedTensorError);
    expect(() => escaped!.dataSync()).toThrow(EscapedTensorError);
    escaped!.dispose();
    f.dispose();
    expect(() => f(x)).toThrow(FunctionDisposedError);
  });

  it('but may be compiled in debug mode and while profiling', async () => {
    const f = compile((x: tf.Tensor) => tf.sqrt(tf.neg(x)));
    tf.env().set('DEBUG', true);
    try {
      f(x).dispose();
      const { kernels } = await tf.profile(() => compile((x: tf.Tensor) => tf.exp(x))(x));
      expect(kernels).toBeDefined();
    } finally {
      tf.env().set('DEBUG', false);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('and passes on what the function itself throws', () => {
    const f = compile((x: tf.Tensor) => {
      tf.tidy(() => tf.grad((y: tf.Tensor) => tf.add(y, [1, 2]))(x));
      return x;
    });
    expect(() => f(x)).toThrow(/shape/);
    expect(tf.add(x, 1).dataSync()[0]).toBe(2);
  });
});
