import { add, div, mul, relu, scalar, split, square, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import { joined, type SeparableFilter, validFilter } from './filter.ts';
import { channelMiddles } from './totals.ts';

export interface SimilarityOptions {
  readonly window: SeparableFilter;
  /** What covariances are multiplied by: 1 for those of the population, n / (n - 1) for those of a sample. */
  readonly covarianceFactor?: number;
  /** Counts negative contrast-structure terms as 0, pixel by pixel. */
  readonly clipped?: boolean;
}

/** Maps over the positions where the window lies inside of the image, [batch, height, width, channels]. */
export interface SimilarityMaps {
  readonly ssim: Tensor4D;
  /** (2 cov + C2) / (var + var + C2). */
  readonly contrastStructure: Tensor4D;
}

const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/**
 * SSIM of tensors of 0..255 (Wang, Bovik, Sheikh, Simoncelli 2004, eq. 13).
 * Variances come from samples less the mean of their channel: the same numbers, with fewer digits lost in float32.
 */
export function similarityMaps(x: Tensor4D, y: Tensor4D, options: SimilarityOptions): SimilarityMaps {
  const { window, covarianceFactor = 1, clipped = false } = options;
  const [middleX, middleY] = [channelMiddles(x), channelMiddles(y)];
  const [a, b] = [sub(x, middleX), sub(y, middleY)];
  const moments = joined(a, b, add(square(a), square(b)), mul(a, b));
  const [meanA, meanB, squares, products] = split(validFilter(moments, window), 4, 3) as Tensor4D[];
  const factor = scalar(covarianceFactor);
  const covariance = mul(sub(products!, mul(meanA!, meanB!)), factor);
  const variances = mul(sub(squares!, add(square(meanA!), square(meanB!))), factor);
  const ratio = div(add(mul(covariance, scalar(2)), scalar(c2)), add(variances, scalar(c2)));
  const contrastStructure = (clipped ? relu(ratio) : ratio) as Tensor4D;
  const [meanX, meanY] = [add(meanA!, middleX), add(meanB!, middleY)];
  const luminance = div(
    add(mul(mul(meanX, meanY), scalar(2)), scalar(c1)),
    add(add(square(meanX), square(meanY)), scalar(c1)),
  );
  return { ssim: mul(luminance, contrastStructure), contrastStructure };
}
