import type { Tensor4D } from '@tensorflow/tfjs-core';
import { shrinkFactor as planeShrinkFactor } from '../ssim/conventions.ts';
import { type AxisMatrix, matrixFilter } from './filter.ts';

/** By how much piq shrinks before SSIM, FSIM and MDSI, to about 256 pixels for the smaller side. */
export const shrinkFactor = ({ shape: [, height, width] }: Tensor4D): number => planeShrinkFactor({ width, height });

/**
 * Every `factor`-th sample after a mean filter of `factor` x `factor`, centred and with mirrored border, as MATLAB's
 * `imfilter(..., 'symmetric')` followed by `1:factor:end` gives it.
 */
export function filteredSamples(x: Tensor4D, factor: number): Tensor4D {
  const [, height, width] = x.shape;
  return factor === 1 ? x : matrixFilter(x, centredMeans(height, factor), centredMeans(width, factor));
}

/** The mean filter of one axis and its sampling as a matrix. */
function centredMeans(length: number, factor: number): AxisMatrix {
  const rows = Math.ceil(length / factor);
  const data = new Float32Array(rows * length);
  const before = Math.ceil(factor / 2) - 1;
  for (let row = 0; row < rows; row++)
    for (let tap = 0; tap < factor; tap++) {
      const index = row * factor + tap - before;
      const mirrored = index < 0 ? Math.min(-1 - index, length - 1) : Math.min(index, 2 * length - 1 - index);
      data[row * length + Math.max(mirrored, 0)]! += 1 / factor;
    }
  return { rows, columns: length, data };
}
