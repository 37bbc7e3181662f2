import type { MeasuredImage } from '../input/planes.ts';
import { sampleMoments } from '../linear-algebra/sample-moments.ts';
import { featureCount } from './block-features.ts';
import { TooFewBlocksError } from './errors.ts';
import { type NiqeFeatureOptions, type NiqeModel, niqeBlocks } from './niqe.ts';

export interface FitNiqeOptions extends NiqeFeatureOptions {
  /** Blocks count whose mean local deviation exceeds this part of the picture's largest one; default 0.75. */
  readonly sharpness?: number;
}

/**
 * The NIQE model of one's own pristine photographs: the authors used 125 of them. Scores by different models do not compare.
 *
 * @throws TooFewBlocksError when the sharp blocks of all pictures together are fewer than two; else as `niqe`
 */
export function fitNiqe(images: Iterable<MeasuredImage>, options: FitNiqeOptions = {}): NiqeModel {
  const { sharpness = 0.75, ...features } = options;
  const sharp: Float64Array[] = [];
  for (const image of images) {
    const blocks = niqeBlocks(image, features);
    const sharpest = blocks.reduce((most, block) => Math.max(most, block.sharpness), 0);
    for (const block of blocks) if (block.sharpness > sharpness * sharpest) sharp.push(block.features);
  }
  const { mean, covariance, rows } = sampleMoments(sharp, featureCount);
  if (rows < 2) throw new TooFewBlocksError(rows);
  return { mean, covariance };
}
