import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compile } from './compile.ts';
import type { TensorTree } from './tensor-tree.ts';
import { describeNative } from './testing/native-only.ts';

const normal = (shape: number[], seed: number, deviation = 1) => tf.randomNormal(shape, 0, deviation, 'float32', seed);

const bits = (tensors: readonly tf.Tensor[]) =>
  tensors.map((tensor) => {
    const values = tensor.dataSync();
    return [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)].join();
  });

/** Runs `fn` eagerly and compiled (three times, the last one on a worker thread) and expects the same bits. */
async function expectSameBits(fn: (...inputs: tf.Tensor[]) => readonly tf.Tensor[], inputs: tf.Tensor[]) {
  const eager = bits(tf.tidy(() => fn(...inputs) as tf.Tensor[]));
  const compiled = compile(fn as (...inputs: tf.Tensor[]) => readonly TensorTree[]);
  for (let run = 0; run < 2; run++) expect(bits(compiled(...inputs) as tf.Tensor[])).toEqual(eager);
  expect(bits((await compiled.async(...inputs)) as tf.Tensor[])).toEqual(eager);
  compiled.dispose();
}

describeNative('a compiled function has the same bits as the eager one', () => {
  it('training step of residual convolutions', async () => {
    const weights = Array.from({ length: 4 }, (_, index) => normal([3, 3, 8, 8], index + 1, 0.1));
    const step = (x: tf.Tensor, ...weights: tf.Tensor[]) => {
      const loss = (...w: tf.Tensor[]) => {
        let h = x as tf.Tensor4D;
        for (const kernel of w) h = tf.add(h, tf.relu(tf.conv2d(h, kernel as tf.Tensor4D, 1, 'same')));
        return tf.mean(tf.square(h)) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(loss)(weights);
      return [value, ...weights.map((weight, index) => tf.sub(weight, tf.mul(grads[index]!, 0.01)))];
    };
    await expectSameBits(step, [normal([2, 12, 12, 8], 99), ...weights]);
  });

  it('a flow step: scale and bias, invertible 1x1 convolution, coupling, log-determinant', async () => {
    const step = (x: tf.Tensor, weight: tf.Tensor, logs: tf.Tensor, hidden: tf.Tensor) => {
      const f = (w: tf.Tensor, l: tf.Tensor, h: tf.Tensor) => {
        const scaled = tf.mul(tf.add(x, 0.1), tf.exp(l));
        const mixed = tf.reshape(tf.matMul(tf.reshape(scaled, [-1, 12]), w as tf.Tensor2D), x.shape);
        const [a, b] = tf.split(mixed, 2, 3) as [tf.Tensor, tf.Tensor];
        const net = tf.leakyRelu(tf.conv2d(a as tf.Tensor4D, h as tf.Tensor4D, 1, 'same'), 0.2);
        const [shift, logScale] = tf.split(net, 2, 3) as [tf.Tensor, tf.Tensor];
        const scale = tf.mul(2, tf.tanh(logScale));
        const z = tf.concat([a, tf.mul(tf.add(b, shift), tf.exp(scale))], 3);
        const logDet = tf.add(tf.sum(scale), tf.mul(64, tf.sum(l)));
        const squeezed = tf.transpose(tf.reshape(z, [2, 4, 2, 4, 2, 12]), [0, 1, 3, 5, 2, 4]);
        return tf.sub(tf.sum(tf.log1p(tf.square(squeezed))), logDet) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(f)([weight, logs, hidden]);
      return [value, ...grads];
    };
    await expectSameBits(step, [
      normal([2, 8, 8, 12], 1),
      normal([12, 12], 2, 0.3),
      normal([12], 3, 0.1),
      normal([3, 3, 6, 12], 4, 0.1),
    ]);
  });

  it('gather, slice, concat, pad, stack, tile, cumulative sums, selection', async () => {
    const f = (x: tf.Tensor, indices: tf.Tensor) => {
      const gathered = tf.gather(x, indices as tf.Tensor1D, 1);
      const parts = tf.concat([tf.slice(gathered, [0, 0], [2, 2]), tf.reverse(tf.slice(x, [1, 1], [2, 2]), 1)], 0);
      const padded = tf.pad(parts, [
        [1, 0],
        [0, 2],
      ]);
      const cumulative = tf.cumsum(padded, 0);
      const chosen = tf.where(tf.greater(cumulative, 0), cumulative, tf.mul(padded, 3));
      return [
        gathered,
        parts,
        tf.tile(chosen, [2, 1]),
        tf.stack([parts, tf.neg(parts)], 1),
        tf.topk(x, 2).values,
        tf.argMax(x, 1),
      ];
    };
    await expectSameBits(f, [normal([3, 4], 5), tf.tensor1d([3, 0, 0], 'int32')]);
  });

  it('batch normalisation, pooling, resizing, depthwise convolution and their gradients', async () => {
    const f = (x: tf.Tensor, gamma: tf.Tensor, kernel: tf.Tensor) => {
      const loss = (x: tf.Tensor, gamma: tf.Tensor, kernel: tf.Tensor) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const beta = tf.zeros([3]);
        const normal = tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          beta as tf.Tensor1D,
          gamma as tf.Tensor1D,
          1e-5,
        );
        const small = tf.maxPool(tf.elu(normal), 2, 2, 'same');
        const large = tf.image.resizeNearestNeighbor(small, [8, 8]);
        const smooth = tf.image.resizeBilinear(tf.avgPool(large, 2, 2, 'same'), [8, 8]);
        const deep = tf.depthwiseConv2d(smooth, kernel as tf.Tensor4D, 1, 'same');
        return tf.mean(tf.sigmoid(tf.softplus(deep))) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(loss)([x, gamma, kernel]);
      return [value, ...grads];
    };
    await expectSameBits(f, [normal([2, 8, 8, 3], 6), normal([3], 7), normal([3, 3, 3, 2], 8)]);
  });
});

describeNative('results and arguments', () => {
  it('takes and gives records and arrays, in any order of their names', () => {
    const f = compile(({ a, b }: { a: tf.Tensor; b: readonly tf.Tensor[] }) => ({
      sum: tf.add(a, b[0]!),
      list: [{ deep: tf.mul(a, b[1]!) }],
    }));
    const [a, b, c] = [tf.scalar(2), tf.scalar(3), tf.scalar(5)];
    const first = f({ a, b: [b, c] });
    const second = f({ b: [c, b], a });
    expect(first.sum.dataSync()[0]).toBe(5);
    expect(first.list[0]!.deep.dataSync()[0]).toBe(10);
    expect(second.sum.dataSync()[0]).toBe(7);
    expect(second.list[0]!.deep.dataSync()[0]).toBe(6);
  });

  it('gives back an argument unchanged, and one tensor twice, as tensors of their own', async () => {
    const f = compile((x: tf.Tensor) => {
      const y = tf.add(x, 1);
      return [x, y, y, x];
    });
    const x = tf.tensor1d([1, 2]);
    for (const results of [f(x), await f.async(x)]) {
      expect(new Set([x, ...results]).size).toBe(5);
      results[0]!.dispose();
      results[1]!.dispose();
      expect([...results[2]!.dataSync()]).toEqual([2, 3]);
      expect([...results[3]!.dataSync()]).toEqual([1, 2]);
    }
    expect([...x.dataSync()]).toEqual([1, 2]);
  });

  it('keeps int32, bool, complex64 and string', () => {
    const f = compile((i: tf.Tensor, b: tf.Tensor, s: tf.Tensor) => ({
      i: tf.add(i, tf.scalar(3, 'int32')),
      b: tf.logicalNot(b),
      s,
      c: tf.complex(tf.cast(i, 'float32'), tf.cast(i, 'float32')),
      constant: tf.tensor1d(['a constant string that is long enough to need memory of its own'], 'string'),
      mean: tf.mean(i),
    }));
    const text = 'a string that is long enough to need memory of its own';
    const [i, b, s] = [tf.tensor1d([1, 2], 'int32'), tf.tensor1d([true, false], 'bool'), tf.tensor1d([text], 'string')];
    for (let run = 0; run < 3; run++) {
      const r = f(i, b, s);
      expect([r.i.dtype, [...r.i.dataSync()]]).toEqual(['int32', [4, 5]]);
      expect([r.b.dtype, [...r.b.dataSync()]]).toEqual(['bool', [0, 1]]);
      expect([r.s.dtype, [...r.s.dataSync<'string'>()]]).toEqual(['string', [text]]);
      expect([r.c.dtype, [...r.c.dataSync()]]).toEqual(['complex64', [1, 1, 2, 2]]);
      expect(r.constant.dataSync<'string'>()[0]).toContain('own');
      expect(r.mean.dataSync()[0]).toBe(1.5);
      tf.dispose(r);
    }
    expect(s.dataSync<'string'>()[0]).toBe(text);
  });

  it('records anew for new shapes, dtypes and structures only', () => {
    let recordings = 0;
    const f = compile((x: tf.Tensor) => {
      recordings++;
      return tf.add(x, x);
    });
    f(tf.zeros([2]));
    f(tf.ones([2]));
    expect(recordings).toBe(2);
    f(tf.zeros([3]));
    f(tf.zeros([2], 'int32'));
    expect(recordings).toBe(6);
  });

  it('can be differentiated', () => {
    const f = compile((x: tf.Tensor) => tf.mul(x, tf.square(x)));
    const x = tf.tensor1d([1, 2]);
    f(x);
    expect([
      ...tf
        .grad((x) => f(x))(x)
        .dataSync(),
    ]).toEqual([3, 12]);
  });

  it('takes a variable as an argument, records compiled functions inside others, and tensors without elements', () => {
    const inner = compile((x: tf.Tensor) => tf.mul(x, 2));
    const outer = compile((x: tf.Tensor) => tf.add(inner(x), 1));
    const v = tf.variable(tf.tensor1d([1, 2]));
    expect([...outer(v).dataSync()]).toEqual([3, 5]);
    v.assign(tf.tensor1d([2, 3]));
    expect([...outer(v).dataSync()]).toEqual([5, 7]);
    expect(outer(tf.zeros([0])).shape).toEqual([0]);
    v.dispose();
  });
});
