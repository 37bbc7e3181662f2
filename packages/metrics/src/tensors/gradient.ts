import { split, type Tensor4D } from '@tensorflow/tfjs-core';
import { validFilter, withZeros } from './filter.ts';
import { safeLength } from './smooth.ts';

const outerShare = { prewitt: 1 / 3, scharr: 3 / 16 } as const;
const middleShare = { prewitt: 1 / 3, scharr: 10 / 16 } as const;
const difference = [-1, 0, 1];

/** Length of the gradient at every sample of every channel; the image is surrounded by zeros. */
export function gradientMagnitude(x: Tensor4D, operator: keyof typeof outerShare): Tensor4D {
  const smooth = [outerShare[operator], middleShare[operator], outerShare[operator]];
  const padded = withZeros(x, 1, 1);
  const horizontal = validFilter(padded, { down: smooth, along: difference });
  const vertical = validFilter(padded, { down: difference, along: smooth });
  return safeLength(horizontal, vertical);
}

/** The channels of a tensor, one by one. */
export const channelsOf = (x: Tensor4D): Tensor4D[] => split(x, x.shape[3], 3) as Tensor4D[];
