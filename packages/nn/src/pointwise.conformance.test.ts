import { createRandom } from '@deflow/images';
import { div, fill, grads, mul, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { convolve } from './conv2d.ts';

/** A tensor that a division has computed: on WebGL 0 / 0 is left where odd sizes have no numbers. */
const computed = (values: Float32Array, shape: number[]): Tensor =>
  tidy(() => div(mul(tensor(values, shape), 2), fill(shape, 2)));

test.each([
  [3, 5, 3],
  [5, 3, 1],
  [7, 4, 6],
])(
  'a kernel 1x1 over what the device has computed: %i pixels a side, %i inputs, %i outputs',
  async (side, inputs, outputs) => {
    const random = createRandom('pointwise');
    const pixels = side * side;
    const [x, weight, incoming] = [pixels * inputs, inputs * outputs, pixels * outputs].map((n) =>
      random.normals(n),
    ) as [Float32Array, Float32Array, Float32Array];
    const input = computed(x, [1, side, side, inputs]);
    const kernel = computed(weight, [1, 1, inputs, outputs]);
    const factors = computed(incoming, [1, side, side, outputs]);
    const result = convolve(input, kernel);
    const [slope, kernelSlope] = tidy(() =>
      grads(((a: Tensor, b: Tensor) => sum(mul(factors, convolve(a, b)))) as never)([input, kernel]),
    ) as [Tensor, Tensor];

    const expected = {
      result: new Float64Array(pixels * outputs),
      slope: new Float64Array(x.length),
      kernelSlope: new Float64Array(weight.length),
    };
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) {
          const [from, at, to] = [pixel * inputs + i, i * outputs + o, pixel * outputs + o];
          expected.result[to]! += x[from]! * weight[at]!;
          expected.slope[from]! += incoming[to]! * weight[at]!;
          expected.kernelSlope[at]! += incoming[to]! * x[from]!;
        }
    for (const [found, wanted] of [
      [result, expected.result],
      [slope, expected.slope],
      [kernelSlope, expected.kernelSlope],
    ] as const) {
      const values = await found.data();
      wanted.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 4);
      });
    }
    for (const each of [input, kernel, factors, result, slope, kernelSlope]) each.dispose();
  },
);
