import { matrixProduct } from '@deflow/images/tensors';
import {
  avgPool,
  concat,
  depthwiseConv2d,
  pad,
  reshape,
  type Tensor,
  type Tensor4D,
  tensor2d,
  tensor4d,
  transpose,
} from '@tensorflow/tfjs-core';
import { gaussianWindow } from '../filters/windows.ts';

/** Filters of one axis each: along the columns (downwards), then along the rows. */
export interface SeparableFilter {
  readonly down: ArrayLike<number>;
  readonly along: ArrayLike<number>;
}

/**
 * Every channel correlated with the same separable filter, only where the filter lies inside of the image; every
 * `stride`-th position of both axes.
 */
export function validFilter(x: Tensor4D, { down, along }: SeparableFilter, stride = 1): Tensor4D {
  const channels = x.shape[3];
  const kernel = (values: ArrayLike<number>, shape: readonly [number, number]) => {
    const repeated = Float32Array.from(
      { length: values.length * channels },
      (_, i) => values[Math.floor(i / channels)]!,
    );
    return tensor4d(repeated, [...shape, channels, 1]);
  };
  // Backends want strides of both axes to be equal: a stride is taken in the second pass, for both.
  const columns = depthwiseConv2d(x, kernel(down, [down.length, 1]), 1, 'valid');
  return depthwiseConv2d(columns, kernel(along, [1, along.length]), stride, 'valid');
}

/** A Gaussian for both axes. */
export function gaussian(size: number, sigma: number): SeparableFilter {
  const window = gaussianWindow(size, sigma);
  return { down: window, along: window };
}

/** Images of one size with the channels of all. */
export const joined = (...tensors: readonly Tensor[]): Tensor4D => concat(tensors as Tensor4D[], 3);

/** Zeros around the image. */
export const withZeros = (x: Tensor4D, before: number, after: number): Tensor4D =>
  before + after === 0
    ? x
    : pad(x, [
        [0, 0],
        [before, after],
        [before, after],
        [0, 0],
      ]);

/** Means of blocks of `factor` x `factor`; what is left over at the right and at the bottom is dropped. */
export const blockMeans = (x: Tensor4D, factor: number): Tensor4D =>
  factor === 1 ? x : avgPool(x, factor, factor, 'valid');

/** Means of 2 x 2 samples; an odd size is first extended by a row or column of zeros, which count. */
export function halvedWithZeros(x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  const even = pad(x, [
    [0, 0],
    [0, height % 2],
    [0, width % 2],
    [0, 0],
  ]);
  return blockMeans(even, 2);
}

/** A matrix of [rows, columns], row by row. */
export interface AxisMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** One matrix times the columns and one times the rows of every channel. */
export function matrixFilter(x: Tensor4D, down: AxisMatrix, along: AxisMatrix): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const matrix = ({ rows, columns, data }: AxisMatrix) => tensor2d(data, [rows, columns]);
  const first = matrixProduct(
    reshape(matrix(down), [1, down.rows, height]),
    reshape(x, [batch, height, width * channels]),
  );
  const channelsFirst = transpose(reshape(first, [batch, down.rows, width, channels]), [0, 1, 3, 2]);
  const second = matrixProduct(reshape(channelsFirst, [batch * down.rows * channels, width]), matrix(along), {
    transposeB: true,
  });
  return transpose(reshape(second, [batch, down.rows, channels, along.rows]), [0, 1, 3, 2]) as Tensor4D;
}
