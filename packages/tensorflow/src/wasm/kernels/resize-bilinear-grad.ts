import { ResizeBilinearGrad, type ResizeBilinearGradAttrs, type ResizeBilinearGradInputs } from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { linearSources, type ResizeLayout } from '../resize-sources.ts';
import { trainingKernel } from '../training-kernel.ts';

/** The gradient of bilinear resizing, which hands each dy to its four sources. The backend's own ignores half-pixel centres. */
export const resizeBilinearGrad = trainingKernel<ResizeBilinearGradInputs, ResizeBilinearGradAttrs & ResizeLayout>(
  ResizeBilinearGrad,
  ({ inputs: { dy, images }, attrs, backend }) => {
    const [batches, inHeight, inWidth, channels] = images.shape as [number, number, number, number];
    const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
    const rows = linearSources(inHeight, outHeight, attrs);
    const columns = linearSources(inWidth, outWidth, attrs);
    const result = backend.makeOutput(images.shape, 'float32');
    const [dx, dys] = [floatsOf(backend, result).fill(0), floatsOf(backend, dy)];
    let output = 0;
    for (let batch = 0; batch < batches; batch++) {
      for (const row of rows) {
        const upper = (batch * inHeight + row.lower) * inWidth;
        const lower = (batch * inHeight + row.upper) * inWidth;
        for (const column of columns) {
          const corners = [upper + column.lower, upper + column.upper, lower + column.lower, lower + column.upper];
          const [a, b, c, d] = corners.map((pixel) => pixel * channels) as [number, number, number, number];
          for (let channel = 0; channel < channels; channel++) {
            const gradient = dys[output++]!;
            const below = gradient * row.fraction;
            const above = gradient - below;
            dx[a + channel]! += above * (1 - column.fraction);
            dx[b + channel]! += above * column.fraction;
            dx[c + channel]! += below * (1 - column.fraction);
            dx[d + channel]! += below * column.fraction;
          }
        }
      }
    }
    return result;
  },
);
