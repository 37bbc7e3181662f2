import type { backend_util } from '@tensorflow/tfjs-core';

/** Whether each output pixel sees only the input pixel of the same place: then a convolution is a product of matrices. */
export function isPointwise(shape: backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = shape;
  const { top, bottom, left, right } = padInfo;
  return filterHeight * filterWidth * strideHeight * strideWidth === 1 && top + bottom + left + right === 0;
}
