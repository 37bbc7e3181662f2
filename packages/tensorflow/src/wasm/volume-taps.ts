import type { backend_util } from '@tensorflow/tfjs-core';
import { outputsInside } from './outputs-inside.ts';

/** A run of output places, side by side, whose input places under one tap of a filter lie inside of the volume. */
export interface TapRun {
  readonly tap: number;
  /** Place of the first output among all outputs, and of its input among all inputs. */
  readonly output: number;
  readonly input: number;
  readonly count: number;
}

/** Visits all pairs of outputs and taps of a three-dimensional convolution, tap by tap, in runs along the width. */
export function forEachTapRun(shape: backend_util.Conv3DInfo, visit: (run: TapRun) => void): void {
  const { batchSize, inDepth, inHeight, inWidth, outDepth, outHeight, outWidth, padInfo } = shape;
  const { filterDepth, filterHeight, filterWidth, strideDepth, strideHeight, strideWidth } = shape;
  for (let tap = 0; tap < filterDepth * filterHeight * filterWidth; tap++) {
    const k = (tap % filterWidth) - padInfo.left;
    const j = (Math.floor(tap / filterWidth) % filterHeight) - padInfo.top;
    const i = Math.floor(tap / filterWidth / filterHeight) - padInfo.front;
    const planes = outputsInside(i, strideDepth, inDepth, 0, outDepth);
    const rows = outputsInside(j, strideHeight, inHeight, 0, outHeight);
    const { start, count } = outputsInside(k, strideWidth, inWidth, 0, outWidth);
    for (let batch = 0; batch < batchSize; batch++) {
      for (let plane = planes.start; plane < planes.start + planes.count; plane++) {
        for (let row = rows.start; row < rows.start + rows.count; row++) {
          const inRow = (batch * inDepth + plane * strideDepth + i) * inHeight + row * strideHeight + j;
          const output = ((batch * outDepth + plane) * outHeight + row) * outWidth + start;
          visit({ tap, output, input: inRow * inWidth + start * strideWidth + k, count });
        }
      }
    }
  }
}
