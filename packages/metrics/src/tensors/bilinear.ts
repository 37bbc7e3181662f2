import type { Tensor4D } from '@tensorflow/tfjs-core';
import { type AxisMatrix, matrixFilter } from './filter.ts';

/**
 * Bilinear interpolation between the centres of samples, without antialiasing (half-pixel centres, corners not aligned).
 * Two matrix products: the gradient is right on every backend.
 */
export const resizedBilinear = (x: Tensor4D, height: number, width: number): Tensor4D =>
  matrixFilter(x, interpolation(x.shape[1], height), interpolation(x.shape[2], width));

function interpolation(length: number, newLength: number): AxisMatrix {
  const data = new Float32Array(newLength * length);
  for (let i = 0; i < newLength; i++) {
    const position = Math.max(((i + 0.5) * length) / newLength - 0.5, 0);
    const first = Math.min(Math.floor(position), length - 1);
    const share = Math.min(position - first, 1);
    data[i * length + first]! += 1 - share;
    data[i * length + Math.min(first + 1, length - 1)]! += share;
  }
  return { rows: newLength, columns: length, data };
}
