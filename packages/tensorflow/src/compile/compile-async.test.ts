import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compile } from './compile.ts';
import { FunctionFailedError, StateBusyError } from './errors.ts';
import { describeNative } from './testing/native-only.ts';

const values = (tensor: tf.Tensor) => [...tensor.dataSync()];

/** Takes some hundred milliseconds for `large`. */
function slow(x: tf.Tensor) {
  let y = x as tf.Tensor2D;
  for (let i = 0; i < 12; i++) y = tf.div(tf.matMul(y, x as tf.Tensor2D), 1000);
  return tf.mean(y);
}

/** So that a call is still under way after one turn of the event loop, whatever else runs on the machine. */
const large = () => tf.ones([1000, 1000]);

describeNative('asynchronous calls', () => {
  it('leave the event loop free', async () => {
    const f = compile((x: tf.Tensor) => slow(x));
    const x = large();
    (await f.async(x)).dispose();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const started = performance.now();
    const result = await f.async(x);
    const took = performance.now() - started;
    clearInterval(timer);
    expect(values(result)[0]).toBeCloseTo(1, 3);
    expect(ticks).toBeGreaterThan(Math.min(5, took / 20));
  });

  it('of the same state run one after the other, with the arguments of their time', async () => {
    const v = tf.variable(tf.tensor1d([1]));
    const double = compile(
      (x: tf.Tensor, big: tf.Tensor) => {
        v.assign(tf.add(tf.mul(v, 2), tf.mul(x, slow(big))) as tf.Tensor1D);
        return tf.add(v, 0);
      },
      { state: [v] },
    );
    const big = tf.ones([300, 300]);
    const scale = values(slow(big))[0]!;
    const before = tf.memory().numTensors;
    const pending = [1, 2, 3].map((value) => {
      const x = tf.tensor1d([value / scale]);
      const call = double.async(x, big);
      x.dispose();
      return call;
    });
    const results = await Promise.all(pending);
    expect(results.map((result) => Math.round(values(result)[0]! * 1e3) / 1e3)).toEqual([3, 8, 19]);
    tf.dispose(results);
    expect(tf.memory().numTensors).toBe(before);
    expect(values(v)[0]).toBeCloseTo(19, 3);
    v.dispose();
  });

  it('keep their state from other uses until they end', async () => {
    const v = tf.variable(tf.tensor1d([1]));
    const f = compile(
      (big: tf.Tensor) => {
        v.assign(tf.add(v, tf.mul(slow(big), 0)) as tf.Tensor1D);
        return [];
      },
      { state: [v] },
    );
    const read = compile(() => tf.add(v, 0), { state: [v] });
    const big = large();
    const call = f.async(big);
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => v.dataSync()).toThrow(StateBusyError);
    expect(() => f(big)).toThrow(StateBusyError);
    expect(() => read()).toThrow(StateBusyError);
    await call;
    expect(values(read())).toEqual([1]);
    expect(values(v)).toEqual([1]);
    v.dispose();
  });

  it('see an assignment made meanwhile from the next call on', async () => {
    const v = tf.variable(tf.tensor1d([1]));
    const f = compile(
      () => {
        v.assign(tf.add(v, 1) as tf.Tensor1D);
        return tf.add(v, 0);
      },
      { state: [v] },
    );
    f().dispose();
    const call = f.async();
    await new Promise((resolve) => setImmediate(resolve));
    v.assign(tf.tensor1d([100]));
    expect(values(await call)).toEqual([3]);
    expect(values(v)).toEqual([100]);
    expect(values(await f.async())).toEqual([101]);
    v.dispose();
  });

  it('reject with a named error and free their state', async () => {
    const v = tf.variable(tf.tensor1d([1]));
    const f = compile(
      (x: tf.Tensor, indices: tf.Tensor) => {
        v.assign(tf.gather(x, indices as tf.Tensor1D) as tf.Tensor1D);
        return tf.add(v, 0);
      },
      { state: [v] },
    );
    const x = tf.tensor1d([5, 6]);
    await expect(f.async(x, tf.tensor1d([7], 'int32'))).rejects.toThrow(FunctionFailedError);
    expect(() => f(x, tf.tensor1d([7], 'int32'))).toThrow(FunctionFailedError);
    expect(values(await f.async(x, tf.tensor1d([1], 'int32')))).toEqual([6]);
    expect(values(v)).toEqual([6]);
    v.dispose();
  });

  it('survive the disposal of their function and of their state', async () => {
    const v = tf.variable(tf.tensor1d([1]));
    const f = compile(
      (big: tf.Tensor) => {
        v.assign(tf.add(v, 1) as tf.Tensor1D);
        return tf.add(v, tf.mul(slow(big), 0));
      },
      { state: [v] },
    );
    const call = f.async(large());
    const waiting = f.async(large());
    await new Promise((resolve) => setImmediate(resolve));
    f.dispose();
    v.dispose();
    expect(values(await call)).toEqual([2]);
    await expect(waiting).rejects.toThrow(/disposed/);
  });
});
