import type { backend_util } from '@tensorflow/tfjs-core';

/**
 * Visits every pair of an output pixel and a tap of a depthwise filter whose input pixel lies inside of the image, with
 * the places of their first channels in the input, the output and the filter.
 */
export function forEachTap(
  shape: backend_util.Conv2DInfo,
  visit: (input: number, output: number, tap: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = shape;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let row = 0; row < outHeight; row++) {
      for (let i = 0; i < filterHeight; i++) {
        const inRow = row * strideHeight + i * dilationHeight - padInfo.top;
        if (inRow < 0 || inRow >= inHeight) continue;
        for (let column = 0; column < outWidth; column++) {
          const output = ((batch * outHeight + row) * outWidth + column) * outChannels;
          for (let j = 0; j < filterWidth; j++) {
            const inColumn = column * strideWidth + j * dilationWidth - padInfo.left;
            if (inColumn < 0 || inColumn >= inWidth) continue;
            const input = ((batch * inHeight + inRow) * inWidth + inColumn) * inChannels;
            visit(input, output, (i * filterWidth + j) * outChannels);
          }
        }
      }
    }
  }
}
