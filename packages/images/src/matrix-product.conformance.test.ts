import {
  div,
  exp,
  grads,
  memory,
  mul,
  reshape,
  sum,
  type Tensor,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { matrixProduct } from './matrix-product.ts';
import { createRandom } from './random.ts';
import { resizeTensor, toTensor } from './tensors.ts';

type Matrix = readonly (readonly number[])[];

const noise = (rows: number, columns: number, seed: number): Matrix => {
  const random = createRandom(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.uniform() + 0.5));
};

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, x) => row.reduce((total, value, k) => total + value * b[k]![x]!, 0)));

const transposed = (a: Matrix): Matrix => a[0]!.map((_, x) => a.map((row) => row[x]!));

/** A batch computed on the device by a division, which leaves 0 / 0 where a texel of odd sizes has no numbers. */
const computed = (matrices: readonly Matrix[]): Tensor =>
  tidy(() => {
    const values = tensor(matrices as number[][][]);
    return div(mul(values, 3), tensor(matrices.map((each) => each.map((row) => row.map(() => 3)))));
  });

async function expectClose(found: Tensor, wanted: readonly Matrix[]): Promise<void> {
  expect(found.shape).toEqual([wanted.length, wanted[0]!.length, wanted[0]![0]!.length]);
  const values = await found.data();
  wanted.flat(2).forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, 4);
  });
}

describe('matrixProduct of factors computed on the device', () => {
  const sizes = [
    [5, 5, 5],
    [4, 3, 2],
    [1, 7, 3],
    [3, 1, 1],
    [2, 4, 6],
    [6, 9, 4],
  ] as const;
  const ways = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  const cases = sizes.flatMap((size) => ways.map((way) => [...size, ...way] as const));

  it.each(cases)('%i x %i x %i, transposed: %s, %s', async (rows, terms, columns, transposeA, transposeB) => {
    const lefts = [1, 2].map((seed) => noise(rows, terms, seed));
    const rights = [3, 4].map((seed) => noise(terms, columns, seed));
    const before = memory().numTensors;
    const a = computed(transposeA ? lefts.map(transposed) : lefts);
    const b = computed(transposeB ? rights.map(transposed) : rights);
    const found = matrixProduct(a, b, { transposeA, transposeB });
    expect(memory().numTensors).toBe(before + 3);
    await expectClose(
      found,
      lefts.map((left, i) => product(left, rights[i]!)),
    );

    // The gradient of sum(exp(weights) * product): what comes in is computed on the device as well.
    const weights = [5, 6].map((seed) => noise(rows, columns, seed));
    const loss = (x: Tensor, y: Tensor) =>
      sum(mul(exp(tensor(weights as number[][][])), matrixProduct(x, y, { transposeA, transposeB })));
    const [first, second] = tidy(() => grads(loss as never)([a, b])) as [Tensor, Tensor];
    const incoming = weights.map((each) => each.map((row) => row.map(Math.exp)));
    const firsts = incoming.map((each, i) => product(each, transposed(rights[i]!)));
    const seconds = incoming.map((each, i) => product(transposed(lefts[i]!), each));
    await expectClose(first, transposeA ? firsts.map(transposed) : firsts);
    await expectClose(second, transposeB ? seconds.map(transposed) : seconds);
    for (const each of [a, b, found, first, second]) each.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('of two matrices, and of one with a batch', async () => {
    const [left, right] = [noise(3, 5, 1), noise(5, 3, 2)];
    const [a, batch] = [computed([left]), computed([right, right])];
    await expectClose(matrixProduct(a, batch), [product(left, right), product(left, right)]);
    const matrix = transpose(tensor(left as number[][]));
    const square = product(left, transposed(left));
    expect(matrixProduct(matrix, matrix, { transposeA: true }).shape).toEqual([3, 3]);
    await expectClose(reshape(matrixProduct(matrix, matrix, { transposeA: true }), [1, 3, 3]), [square]);
  });
});

it('resizeTensor takes what was computed on the device', async () => {
  const data = createRandom(1).uniforms(7 * 9 * 3);
  const x = toTensor({ width: 9, height: 7, channels: 3, data });
  const ratio = div(mul(x, 2), toTensor({ width: 9, height: 7, channels: 3, data: data.map(() => 2) }));
  const [found, wanted] = [resizeTensor(ratio as typeof x, 1 / 3), resizeTensor(x, 1 / 3)];
  const values = await found.data();
  (await wanted.data()).forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, 5);
  });
});
