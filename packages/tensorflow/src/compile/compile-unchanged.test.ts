import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { hookBackend } from './backend-hooks.ts';
import { captureFunction, removeFunction } from './capture.ts';
import { compile } from './compile.ts';
import { nodeBackend } from './node-backend.ts';
import { refreshTensor } from './resource-variables.ts';
import { flattenTree, type TensorTree } from './tensor-tree.ts';
import { describeNative } from './testing/native-only.ts';

const x = tf.tensor2d([1, -2, 3, -4, 5, -6], [2, 3]);

/** How many nodes the function of `x` takes. */
function nodesOf(fn: (x: tf.Tensor) => tf.Tensor): number {
  const backend = nodeBackend()!;
  hookBackend(backend, refreshTensor);
  const leaves: tf.Tensor[] = [];
  const structure = flattenTree([x], leaves, 'arguments', () => {
    throw new Error('no tensor');
  });
  const request = { name: 'counted', state: [], precision: 'float32', xla: false, structure, leaves } as const;
  const captured = captureFunction(backend, { ...request, fn: fn as (...inputs: TensorTree[]) => unknown });
  removeFunction(backend, captured);
  return captured.nodes;
}

describeNative('what changes nothing', () => {
  it.each<[string, number, (x: tf.Tensor) => tf.Tensor]>([
    ['a reshape to the same shape', 1, (x) => tf.reshape(x, [2, 3])],
    ['a reshape whose last length follows', 1, (x) => tf.reshape(x, [2, -1])],
    ['a cast to the same type', 0, (x) => tf.cast(x, 'float32')],
    [
      'all, one after the other',
      1,
      (x) => tf.cast(tf.reshape(tf.cast(tf.reshape(x, [2, 3]), 'float32'), [2, 3]), 'float32'),
    ],
  ])('%s leaves no operation, at most the constant that says the shape', (_, constants, unchanged) => {
    expect(nodesOf((x) => tf.neg(unchanged(tf.exp(x))))).toBe(nodesOf((x) => tf.neg(tf.exp(x))) + constants);
    expect(compile((x: tf.Tensor) => tf.neg(unchanged(tf.exp(x))))(x).dataSync()).toEqual(tf.neg(tf.exp(x)).dataSync());
  });

  it('another shape, and another type, stay', () => {
    const f = compile((x: tf.Tensor) => [tf.reshape(x, [3, 2]), tf.reshape(x, [6]), tf.cast(x, 'int32')]);
    const [turned, flat, whole] = f(x) as tf.Tensor[];
    expect([turned!.shape, flat!.shape, whole!.dtype]).toEqual([[3, 2], [6], 'int32']);
    expect(turned!.dataSync()).toEqual(x.dataSync());
  });

  it('an argument given back so belongs to the caller', () => {
    const own = tf.clone(x);
    const result = compile((x: tf.Tensor) => tf.reshape(x, [2, 3]))(own);
    own.dispose();
    expect([...result.dataSync()]).toEqual([1, -2, 3, -4, 5, -6]);
  });

  it("a variable's value given back so is the one before the update", () => {
    const variable = tf.variable(tf.tensor1d([1, 2, 3]));
    const step = compile(
      () => {
        const before = tf.cast(tf.reshape(variable, [3]), 'float32');
        variable.assign(tf.mul(variable, 2));
        return [before, tf.reshape(variable, [3])];
      },
      { state: [variable] },
    );
    const read = () => (step() as tf.Tensor[]).map((each) => [...each.dataSync()]);
    expect([read(), read()]).toEqual([
      [
        [1, 2, 3],
        [2, 4, 6],
      ],
      [
        [2, 4, 6],
        [4, 8, 12],
      ],
    ]);
  });
});
