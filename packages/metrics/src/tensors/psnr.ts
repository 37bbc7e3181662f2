import { add, mul, scalar, squaredDifference, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Colour } from '../input/colour.ts';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { safeLog } from './smooth.ts';
import { imageMeans } from './totals.ts';

export interface PsnrOptions extends TensorComparisonOptions {
  readonly colour?: Colour;
  /** `exact` (default): Infinity for identical images. `piq` adds 1e-8 to the mean squared error of 0..1: 80 dB at most. */
  readonly convention?: 'exact' | 'piq';
}

/**
 * Peak signal-to-noise ratio in dB of each image, [batch]; float32, differentiable. Higher is better.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError, ValueRangeError
 */
export function psnr(image: Tensor4D, reference: Tensor4D, options: PsnrOptions): Tensor1D {
  return comparedBatches('PSNR', image, reference, options, (x, y) => {
    const error = mul(imageMeans(squaredDifference(x, y)), scalar(1 / 255 ** 2));
    const counted = options.convention === 'piq' ? add(error, scalar(1e-8)) : error;
    return mul(safeLog(counted), scalar(-10 / Math.LN10)) as Tensor1D;
  });
}
