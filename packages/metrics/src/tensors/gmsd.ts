import { mul, scalar, square, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { gradientConstant } from '../gmsd/gmsd.ts';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { halvedWithZeros } from './filter.ts';
import { gradientMagnitude } from './gradient.ts';
import { ratioSimilarity, safeSqrt } from './smooth.ts';
import { fromMean, imageMeans } from './totals.ts';

export interface GmsdOptions extends TensorComparisonOptions {
  /** `piq` (default): luma 0.299, 0.587, 0.114. `matlab`: rgb2gray, and the deviation of a sample. */
  readonly convention?: 'piq' | 'matlab';
}

/**
 * Gradient magnitude similarity deviation (Xue, Zhang, Mou, Bovik 2014) of each image, [batch]; float32, differentiable.
 * Lower is better.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 2 pixels a side), ValueRangeError
 */
export function gmsd(image: Tensor4D, reference: Tensor4D, options: GmsdOptions): Tensor1D {
  const matlab = options.convention === 'matlab';
  const colour = matlab ? 'rgb2gray' : 'luma';
  return comparedBatches('GMSD', image, reference, { ...options, colour, minimum: 2 }, (x, y) => {
    const [first, second] = [x, y].map((each) => gradientMagnitude(halvedWithZeros(each), 'prewitt'));
    const map = ratioSimilarity(first!, second!, gradientConstant);
    const variance = imageMeans(square(fromMean(map)));
    const count = map.shape[1] * map.shape[2];
    return safeSqrt(matlab ? mul(variance, scalar(count / (count - 1))) : variance) as Tensor1D;
  });
}
