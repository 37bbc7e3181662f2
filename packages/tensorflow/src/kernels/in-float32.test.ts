import {
  add,
  conv2d,
  engine,
  matMul,
  max,
  randomNormal,
  reshape,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import { describeNative } from '../compile/testing/native-only.ts';

const inFloat32 = <Value extends Tensor>(x: Value) => engine().runKernel('InFloat32', { x }) as Value;
const normal = (shape: number[], seed: number) => randomNormal(shape, 0, 1, 'float32', seed);
const values = normal([1, 8, 8, 16], 1) as Tensor4D;
const kernel = normal([3, 3, 16, 16], 2) as Tensor4D;
const matrix = normal([16, 16], 3) as Tensor2D;
const rows = (x: Tensor) => reshape(x, [64, 16]) as Tensor2D;

/** What a sum between two convolutions loses, the first of which gives zeros, and what a matrix product beside them does. */
function losses(border: (x: Tensor4D) => Tensor4D, precision: 'float32' | 'bfloat16') {
  const step = (x: Tensor4D, kernel: Tensor4D, none: Tensor4D, matrix: Tensor2D) => {
    const between = border(add(border(conv2d(x, none, 1, 'same')), x));
    return { between, product: matMul(rows(x), matrix), after: conv2d(between, kernel, 1, 'same') };
  };
  const compiled = compile(step, { precision });
  const { between, product } = compiled(values, kernel, zeros([3, 3, 16, 16]), matrix);
  const { precision: used } = compiled.execution;
  compiled.dispose();
  const largest = (a: Tensor, b: Tensor) => Math.abs(max(sub(a, b)).dataSync()[0]!);
  return { between: largest(between, values), product: largest(product, matMul(rows(values), matrix)), used };
}

describeNative('InFloat32', () => {
  it('gives back the tensor where nothing is rewritten', () => {
    expect([...inFloat32(values).dataSync()]).toEqual([...values.dataSync()]);
    expect(losses(inFloat32, 'float32')).toMatchObject({ between: 0, product: 0 });
  });

  it('keeps what lies between two networks out of bfloat16; matrix products keep themselves', () => {
    const kept = losses(inFloat32, 'bfloat16');
    expect(kept.between).toBe(0);
    expect(kept.product).toBeLessThan(1e-5);
    const rewritten = losses((x) => x, 'bfloat16');
    // bfloat16 has 8 bits.
    if (rewritten.used === 'bfloat16') expect(rewritten.between).toBeGreaterThan(1e-3);
  });
});
