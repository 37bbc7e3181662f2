import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { compile } from './compile.ts';
import { StateDisposedError } from './errors.ts';
import { type NodeBackend, nodeBackend } from './node-backend.ts';
import { describeNative } from './testing/native-only.ts';

const backend = nodeBackend() as NodeBackend;
const values = (tensor: tf.Tensor) => [...tensor.dataSync()];
const made: tf.Variable[] = [];
const variable = (data: number[] | tf.Tensor) => {
  const start = Array.isArray(data) ? tf.tensor1d(data) : data;
  const v = tf.variable(start);
  if (start !== data) start.dispose();
  made.push(v);
  return v;
};

/** Kernel `ApplyAdam`, as the optimiser calls it. */
function applyAdam(
  [parameter, firstMoment, secondMoment]: readonly tf.Variable[],
  gradient: tf.Tensor,
  stepSize: tf.Tensor,
  epsilon: tf.Tensor,
) {
  const { kernelFunc } = tf.getKernel('ApplyAdam', tf.getBackend());
  const attrs = { parameter, firstMoment, secondMoment, beta1: 0.9, beta2: 0.99 } as unknown as tf.NamedAttrMap;
  kernelFunc({ inputs: { gradient, stepSize, epsilon }, attrs, backend });
}

/** Within 1e-6, relative to values above 1. */
function near(tensor: tf.Tensor, expected: readonly number[]) {
  const errors = values(tensor).map((value, i) => Math.abs(value - expected[i]!) / Math.max(1, Math.abs(expected[i]!)));
  expect(Math.max(...errors)).toBeLessThan(1e-6);
}

/** The same from its formula, in double precision. */
function referenceAdam(p: number[], m: number[], v: number[], g: number[], stepSize: number, epsilon: number) {
  for (const [i, gradient] of g.entries()) {
    m[i] = 0.9 * m[i]! + 0.1 * gradient;
    v[i] = 0.99 * v[i]! + 0.01 * gradient * gradient;
    p[i] = p[i]! - (stepSize * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
  }
}

afterEach(() => {
  for (const v of made.splice(0)) if (!v.isDisposed) v.dispose();
});

describeNative('declared state', () => {
  it('is read and assigned like a variable, in order', () => {
    const v = variable([1, 2]);
    const f = compile(
      (x: tf.Tensor) => {
        const before = tf.mul(v, 10);
        v.assign(tf.add(v, x));
        const between = tf.mul(v, 10);
        v.assign(tf.mul(v, 2) as tf.Tensor1D);
        return { before, between, after: tf.add(v, 0) };
      },
      { state: [v] },
    );
    const r = f(tf.tensor1d([1, 1]));
    expect([values(r.before), values(r.between), values(r.after)]).toEqual([
      [10, 20],
      [20, 30],
      [4, 6],
    ]);
    expect(values(v)).toEqual([4, 6]);
    expect(values(f(tf.tensor1d([0, 1])).after)).toEqual([8, 14]);
    expect(values(v)).toEqual([8, 14]);
  });

  it('stays as it is while the function is recorded', () => {
    const v = variable([3]);
    let seen = 0;
    const f = compile(
      (x: tf.Tensor) => {
        seen++;
        v.assign(tf.add(v, x) as tf.Tensor1D);
        if (seen === 2) throw new Error('stop');
        return tf.add(v, 0);
      },
      { state: [v] },
    );
    const { dataId } = v;
    const tensors = tf.memory().numTensors;
    const x = tf.tensor1d([1]);
    expect(() => f(x)).toThrow('stop');
    expect(v.dataId).toBe(dataId);
    expect(values(v)).toEqual([3]);
    expect(tf.memory().numTensors).toBe(tensors + 1);
    expect(values(f(x))).toEqual([4]);
  });

  it('can be assigned and read eagerly between calls', () => {
    const v = variable([1]);
    const f = compile(
      () => {
        v.assign(tf.add(v, 1) as tf.Tensor1D);
        return [];
      },
      { state: [v] },
    );
    f();
    v.assign(tf.tensor1d([10]));
    f();
    f();
    expect(values(tf.mul(v, 2))).toEqual([24]);
    v.assign(tf.add(v, 1) as tf.Tensor1D);
    expect(values(v)).toEqual([13]);
    f();
    expect(values(v)).toEqual([14]);
  });

  it('leaves clones, and variables that started from the same tensor, with the value that they had', () => {
    const start = tf.tensor1d([1, 2]);
    const [v, w] = [variable(start), variable(start)];
    const f = compile(
      () => {
        v.assign(tf.add(v, 1) as tf.Tensor1D);
        w.assign(tf.mul(w, 5) as tf.Tensor1D);
        return [];
      },
      { state: [v, w] },
    );
    const first = tf.clone(v as tf.Tensor);
    f();
    const second = tf.clone(v as tf.Tensor);
    w.assign(v as tf.Tensor1D);
    f();
    const third = tf.clone(v as tf.Tensor);
    v.assign(tf.tensor1d([0, 0]));
    f();
    expect([first, second, third, v, start].map(values)).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
      [1, 1],
      [1, 2],
    ]);
    expect(values(w)).toEqual([50, 75]);
    const last = tf.clone(v as tf.Tensor);
    f();
    const unread = tf.clone(v as tf.Tensor);
    v.dispose();
    expect([last, unread].map(values)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('is shared by compiled functions', async () => {
    const v = variable([1]);
    const add = compile(
      (x: tf.Tensor) => {
        v.assign(tf.add(v, x) as tf.Tensor1D);
        return tf.add(v, 0);
      },
      { state: [v] },
    );
    const read = compile(() => tf.mul(v, 100), { state: [v] });
    const x = tf.tensor1d([1]);
    expect(values(read())).toEqual([100]);
    add(x);
    expect(values(read())).toEqual([200]);
    await add.async(x);
    expect(values(await read.async())).toEqual([300]);
    expect(values(v)).toEqual([3]);
    add.dispose();
    expect(values(read())).toEqual([300]);
  });

  it('is shared by copies of this package', async () => {
    vi.resetModules();
    const copy = await import('./compile.ts');
    expect(copy.compile).not.toBe(compile);
    const v = variable([1]);
    const add = (x: tf.Tensor) => {
      v.assign(tf.add(v, x) as tf.Tensor1D);
      return tf.add(v, 0);
    };
    const [first, second] = [compile(add, { state: [v] }), copy.compile(add, { state: [v] })];
    const x = tf.tensor1d([1]);
    expect([first, second, first, second].map((f) => values(f(x))[0])).toEqual([2, 3, 4, 5]);
    expect(values(v)).toEqual([5]);
  });

  it('may be a result, be int32, and be swapped', () => {
    const [a, b] = [variable([1, 2]), variable([3, 4])];
    const count = tf.variable(tf.scalar(0, 'int32'));
    made.push(count);
    const f = compile(
      () => {
        const old = tf.clone(a as tf.Tensor) as tf.Tensor1D;
        a.assign(b as tf.Tensor1D);
        b.assign(old);
        count.assign(tf.add(count, tf.scalar(1, 'int32')) as tf.Scalar);
        return { a, b, count };
      },
      { state: [a, b, count] },
    );
    f();
    const r = f();
    expect([values(r.a), values(r.b), values(r.count)]).toEqual([[1, 2], [3, 4], [2]]);
    const once = f();
    expect([values(once.a), values(r.a), values(a), values(b), values(count)]).toEqual([
      [3, 4],
      [1, 2],
      [3, 4],
      [1, 2],
      [3],
    ]);
    expect(r.a).not.toBe(a);
  });

  it('is gone with its variable', () => {
    const v = variable([1]);
    const f = compile(() => tf.add(v, 1), { state: [v] });
    f().dispose();
    const before = backend.binding.getNumOfTensors();
    v.dispose();
    expect(backend.binding.getNumOfTensors()).toBe(before - 2); // the variable's tensor and the resource's handle
    expect(() => f()).toThrow(StateDisposedError);
  });
});

describeNative('Adam in a compiled step', () => {
  const steps = 20;
  const rates = (step: number) => ({
    stepSize: (0.01 * Math.sqrt(1 - 0.99 ** step)) / (1 - 0.9 ** step),
    epsilon: 1e-8 * Math.sqrt(1 - 0.99 ** step),
  });

  it.each(['captured', 'xla', 'eager'] as const)('equals the formula over 20 steps: %s', (how) => {
    const start = [0.5, -1, 2, 0];
    const trio = [variable(start), variable([0, 0, 0, 0]), variable([0, 0, 0, 0])];
    const average = variable(start);
    const [p] = trio as [tf.Variable, tf.Variable, tf.Variable];
    const body = (x: tf.Tensor, stepSize: tf.Tensor, epsilon: tf.Tensor) => {
      const loss = () => tf.sum(tf.square(tf.sub(tf.mul(p, x), 1))) as tf.Scalar;
      const { value, grads } = tf.variableGrads(loss, [p]);
      applyAdam(trio, grads[p.name]!, stepSize, epsilon);
      average.assign(tf.add(tf.mul(average, 0.9), tf.mul(p, 0.1)) as tf.Tensor1D);
      return { value, p: tf.add(p, 0) };
    };
    const step = how === 'eager' ? body : compile(body, { state: [...trio, average], xla: how === 'xla' });
    const [rp, rm, rv, ra] = [[...start], [0, 0, 0, 0], [0, 0, 0, 0], [...start]];
    for (let t = 1; t <= steps; t++) {
      const x = Array.from({ length: 4 }, (_, i) => Math.sin(t + i));
      const { stepSize, epsilon } = rates(t);
      const gradient = x.map((xi, i) => 2 * (rp[i]! * xi - 1) * xi);
      referenceAdam(rp, rm, rv, gradient, stepSize, epsilon);
      for (const i of ra.keys()) ra[i] = 0.9 * ra[i]! + 0.1 * rp[i]!;
      const r = tf.tidy(() => step(tf.tensor1d(x), tf.scalar(stepSize), tf.scalar(epsilon)));
      near(r.p, rp);
      tf.dispose(r);
    }
    near(p, rp);
    near(trio[1]!, rm);
    near(trio[2]!, rv);
    near(average, ra);
  });

  it('updates a variable twice, after an assignment, beside a clone of the old value', () => {
    const trio = [variable([1, 2]), variable([0, 0]), variable([0, 0])];
    const [p] = trio as [tf.Variable, tf.Variable, tf.Variable];
    const f = compile(
      (g: tf.Tensor, stepSize: tf.Tensor, epsilon: tf.Tensor) => {
        const clone = tf.clone(p as tf.Tensor);
        applyAdam(trio, g, stepSize, epsilon);
        const once = tf.add(p, 0);
        p.assign(tf.mul(p, 2) as tf.Tensor1D);
        applyAdam(trio, g, stepSize, epsilon);
        return [tf.add(clone, 0), once, p];
      },
      { state: trio },
    );
    const [clone, once, twice] = f(tf.tensor1d([1, -1]), tf.scalar(0.1), tf.scalar(1e-8));
    const [rp, rm, rv] = [
      [1, 2],
      [0, 0],
      [0, 0],
    ];
    expect(values(clone!)).toEqual([1, 2]);
    referenceAdam(rp, rm, rv, [1, -1], 0.1, 1e-8);
    near(once!, rp);
    for (const i of rp.keys()) rp[i]! *= 2;
    referenceAdam(rp, rm, rv, [1, -1], 0.1, 1e-8);
    near(twice!, rp);
    near(p, rp);
  });
});

describeNative('memory', () => {
  it('is constant over 200 calls, and returns to what it was', () => {
    const trio = [variable([1, 2]), variable([0, 0]), variable([0, 0])];
    const x = tf.tensor1d([1, 2]);
    const [rate, epsilon] = [tf.scalar(0.1), tf.scalar(1e-8)];
    const tensors = () => [tf.memory().numTensors, tf.memory().numDataBuffers, backend.numDataIds()];
    const before = tensors();
    const step = compile(
      (x: tf.Tensor, rate: tf.Tensor, epsilon: tf.Tensor) => {
        const loss = () => tf.sum(tf.square(tf.mul(trio[0]!, x))) as tf.Scalar;
        const { value, grads } = tf.variableGrads(loss, [trio[0]!]);
        applyAdam(trio, grads[trio[0]!.name]!, rate, epsilon);
        return { value, mean: tf.mean(trio[0]!) };
      },
      { state: trio },
    );
    const counts: number[][] = [];
    for (let call = 1; call <= 200; call++) {
      tf.dispose(step(x, rate, epsilon));
      if (call === 50) values(trio[0]!);
      if (call >= 100) counts.push([...tensors(), backend.binding.getNumOfTensors()]);
    }
    expect(new Set(counts.map(String)).size).toBe(1);
    expect(tensors()).toEqual(before);
    step.dispose();
    expect(tensors()).toEqual(before);
    expect(values(trio[0]!)[0]).not.toBe(1);
  });

  it('does not keep the values from which the state came', async () => {
    const weights = Array.from({ length: 20 }, () => variable(tf.tensor1d(new Float32Array(2 ** 20).fill(1))));
    const before = process.memoryUsage().arrayBuffers;
    const total = compile(() => tf.addN(weights.map((each) => tf.sum(each))), { state: weights });
    expect(values(total())).toEqual([20 * 2 ** 20]);
    const freed = () => before - process.memoryUsage().arrayBuffers;
    await vi.waitFor(() => expect(freed()).toBeGreaterThan(48 * 2 ** 20), { timeout: 5000 });
    total.dispose();
  });
});
