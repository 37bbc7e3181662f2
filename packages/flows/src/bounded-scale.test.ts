import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { boundedScale } from './bounded-scale.ts';

const close = (got: Tensor, wanted: readonly number[]) => {
  const values = [...got.dataSync()];
  expect(values.length).toBe(wanted.length);
  values.forEach((value, i) => {
    expect(Math.abs(value - wanted[i])).toBeLessThan(1e-6);
  });
};

describe('the formulas, written out for two channels', () => {
  const x = tensor([0.7, -1.3], [1, 2]);

  test('tanh: z = (x + t) exp(c tanh(raw / c)), shifts first', () => {
    const [t0, t1, raw0, raw1] = [0.2, -0.5, 3, -0.4];
    const s = [raw0, raw1].map((raw) => 0.5 * Math.tanh(raw / 0.5));
    const { z, logDet } = boundedScale.tanh(0.5).forward(x, tensor([t0, t1, raw0, raw1], [1, 4]));
    close(z, [(0.7 + t0) * Math.exp(s[0]), (-1.3 + t1) * Math.exp(s[1])]);
    close(logDet, [s[0] + s[1]]);
  });

  test('sigmoid that divides: z = x / s - t with s = sigmoid(raw + 2) + 0.001, shifts in even channels', () => {
    const [t0, raw0, t1, raw1] = [0.2, 3, -0.5, -0.4];
    const s = [raw0, raw1].map((raw) => 1 / (1 + Math.exp(-raw - 2)) + 0.001);
    const { z, logDet } = boundedScale.sigmoid().forward(x, tensor([t0, raw0, t1, raw1], [1, 4]));
    close(z, [0.7 / s[0] - t0, -1.3 / s[1] - t1]);
    close(logDet, [-Math.log(s[0]) - Math.log(s[1])]);
  });

  test('at a network output of zero the published scale is 0.8817971', () => {
    const { x: decoded } = boundedScale.sigmoid().inverse(x, tensor([0, 0, 0, 0], [1, 4]));
    close(decoded, [0.7 * 0.8817971, -1.3 * 0.8817971]);
  });
});

test('raw values of any size stay within the bound', () => {
  const output = tensor([0, 0, 1e6, -1e6], [1, 4]);
  close(boundedScale.tanh(0.05).forward(tensor([1, 1], [1, 2]), output).z, [Math.exp(0.05), Math.exp(-0.05)]);
});
