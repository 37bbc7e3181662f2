import { expect, test } from 'vitest';
import { invert } from './host-matrix.ts';
import { lumaHaarBasis } from './luma-haar-basis.ts';

const basis = lumaHaarBasis();
const rowAt = (position: number) => basis[position].map((value) => Number(value.toFixed(6)));

test('the rows are orthonormal', () => {
  basis.forEach((a, i) => {
    basis.forEach((b, j) => {
      const product = a.reduce((total, value, k) => total + value * b[k], 0);
      expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-15);
    });
  });
  expect(Math.abs(invert(basis).logDet)).toBeLessThan(1e-14);
});

test('rows stand in the order 0 5 2 7 8 3, 4 1 6 9 10 11 of 4 colour + band', () => {
  const luma = 1 / Math.sqrt(12);
  const redBlue = 1 / Math.sqrt(8);
  const curved = 1 / Math.sqrt(24);
  const rounded = (values: number[]) => values.map((value) => Number(value.toFixed(6)));
  expect(rowAt(0)).toEqual(rounded(new Array(12).fill(luma)));
  expect(rowAt(6)).toEqual(rounded([1, 1, 1, 1, 0, 0, 0, 0, -1, -1, -1, -1].map((sign) => sign * redBlue)));
  expect(rowAt(7)).toEqual(rounded([1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1].map((sign) => sign * luma)));
  expect(rowAt(2)).toEqual(rounded([1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1].map((sign) => sign * luma)));
  expect(rowAt(5)).toEqual(rounded([1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1].map((sign) => sign * luma)));
  expect(rowAt(4)).toEqual(rounded([1, 1, 1, 1, -2, -2, -2, -2, 1, 1, 1, 1].map((weight) => weight * curved)));
});
