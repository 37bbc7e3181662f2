import {
  ResizeNearestNeighborGrad,
  type ResizeNearestNeighborGradAttrs,
  type ResizeNearestNeighborGradInputs,
} from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { nearestSources, type ResizeLayout } from '../resize-sources.ts';
import { trainingKernel } from '../training-kernel.ts';

/** The gradient of resizing by the nearest pixel. The backend's own ignores half-pixel centres. */
export const resizeNearestGrad = trainingKernel<
  ResizeNearestNeighborGradInputs,
  ResizeNearestNeighborGradAttrs & ResizeLayout
>(ResizeNearestNeighborGrad, ({ inputs: { dy, images }, attrs, backend }) => {
  const [batches, inHeight, inWidth, channels] = images.shape as [number, number, number, number];
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const rows = nearestSources(inHeight, outHeight, attrs);
  const columns = nearestSources(inWidth, outWidth, attrs);
  const result = backend.makeOutput(images.shape, 'float32');
  const dx = floatsOf(backend, result).fill(0);
  const dys = floatsOf(backend, dy);
  let output = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (const row of rows) {
      for (const column of columns) {
        const pixel = ((batch * inHeight + row) * inWidth + column) * channels;
        for (let channel = 0; channel < channels; channel++) dx[pixel + channel]! += dys[output++]!;
      }
    }
  }
  return result;
});
