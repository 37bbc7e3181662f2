import { checkChoice } from '../input/choice.ts';
import type { Colour } from '../input/colour.ts';
import { measured } from '../input/compared.ts';
import { FlatImageError } from '../input/errors.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { pseudoInverseForm } from '../linear-algebra/quadratic-form.ts';
import { sampleMoments } from '../linear-algebra/sample-moments.ts';
import { type FlatRule, flatRules } from '../natural-scenes/normalised-contrast.ts';
import { blockFeatures, blockSize, featureCount } from './block-features.ts';
import { TooFewBlocksError } from './errors.ts';

/** What pristine photographs look like: mean and covariance (row-major) of the 36 features of their sharp blocks. */
export interface NiqeModel {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** How a picture is looked at. */
export interface NiqeFeatureOptions {
  /** Default `rgb2gray` (the authors' release); `y601-rounded` in BasicSR and in the perceptual index of PIRM. */
  readonly colour?: Exclude<Colour, 'rgb'>;
  /** Pixels cut off at each side first; default 0. */
  readonly cropBorder?: number;
  /** Where the picture is perfectly flat: `zeroed` (default, the same everywhere) or `raw`, with the sign of rounding noise. */
  readonly flat?: FlatRule;
}

export interface NiqeOptions extends NiqeFeatureOptions {
  readonly model: NiqeModel;
}

/**
 * Natural image quality evaluator (Mittal, Soundararajan, Bovik 2013): how far the statistics of a picture are from those of
 * pristine photographs. From 0, lower is better; good photographs score 2 to 4. In float64 throughout.
 *
 * @throws ImageTooSmallError below 96 pixels a side, TooFewBlocksError below two blocks of 96 x 96, FlatImageError when
 * fewer than two blocks have any structure, AlphaChannelError, InvalidSampleError, SampleRangeError
 */
export function niqe(image: MeasuredImage, { model, ...options }: NiqeOptions): number {
  const blocks = niqeBlocks(image, options);
  if (blocks.length < 2) throw new TooFewBlocksError(blocks.length);
  const { mean, covariance, rows } = sampleMoments(
    blocks.map(({ features }) => features),
    featureCount,
  );
  if (rows < 2) throw new FlatImageError('NIQE');
  const difference = mean.map((value, i) => model.mean[i]! - value);
  const pooled = covariance.map((value, i) => (model.covariance[i]! + value) / 2);
  return Math.sqrt(pseudoInverseForm(pooled, difference));
}

/** Features of all blocks of one picture. */
export function niqeBlocks(image: MeasuredImage, options: NiqeFeatureOptions) {
  const { colour = 'rgb2gray', cropBorder = 0, flat = 'zeroed' } = options;
  checkChoice('rule for flat areas', flat, flatRules);
  const { width, height, planes } = measured('NIQE', image, { colour, cropBorder, minimum: blockSize });
  return blockFeatures({ width, height, data: planes[0]! }, flat);
}
