import { checkChoice } from '../input/choice.ts';
import type { Colour } from '../input/colour.ts';
import { measured } from '../input/compared.ts';
import { FlatImageError } from '../input/errors.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { type FlatRule, flatRules } from '../natural-scenes/normalised-contrast.ts';
import { brisqueFeatures } from './features.ts';
import { type BrisqueModel, featureCount } from './model-files.ts';

export interface BrisqueOptions {
  readonly model: BrisqueModel;
  /** Default `rgb2gray`, as in the authors' release. */
  readonly colour?: Exclude<Colour, 'rgb'>;
  readonly cropBorder?: number;
  /** Where the picture is perfectly flat: `zeroed` (default, the same everywhere) or `raw`, with the sign of rounding noise. */
  readonly flat?: FlatRule;
  /**
   * How numbers pass between the steps: `matlab` (default) with the digits of the text files of the authors' release
   * (features to 6 decimals, scaled ones to 6 digits), `piq` (scaled ones to 6 digits), or `exact`.
   */
  readonly rounding?: 'matlab' | 'piq' | 'exact';
}

/** Room for the window at both scales. */
const minimum = 14;

/**
 * Blind/referenceless image spatial quality evaluator (Mittal, Moorthy, Bovik 2012): mostly 0..100, lower is better; it is
 * not bounded. In float64 throughout.
 *
 * @throws ImageTooSmallError below 14 pixels a side, FlatImageError for a picture without structure, AlphaChannelError,
 * InvalidSampleError, SampleRangeError
 */
export function brisque(image: MeasuredImage, options: BrisqueOptions): number {
  const { model, colour = 'rgb2gray', cropBorder = 0, flat = 'zeroed', rounding = 'matlab' } = options;
  checkChoice('rounding', rounding, ['matlab', 'piq', 'exact']);
  checkChoice('rule for flat areas', flat, flatRules);
  const { width, height, planes } = measured('BRISQUE', image, { colour, cropBorder, minimum });
  const features = brisqueFeatures({ width, height, data: planes[0]! }, flat);
  if (features.some(Number.isNaN)) throw new FlatImageError('BRISQUE');
  const scaled = features.map((feature, i) => {
    const [low, high] = [model.minimum[i]!, model.maximum[i]!];
    const value = rounding === 'matlab' ? Number(feature.toFixed(6)) : feature;
    const inRange = -1 + (2 * (value - low)) / (high - low);
    return rounding === 'exact' ? inRange : Number(inRange.toPrecision(6));
  });
  return regression(model, scaled);
}

function regression({ gamma, rho, coefficients, vectors }: BrisqueModel, features: readonly number[]): number {
  let sum = -rho;
  coefficients.forEach((coefficient, row) => {
    let distance = 0;
    for (let i = 0; i < featureCount; i++) distance += (features[i]! - vectors[row * featureCount + i]!) ** 2;
    sum += coefficient * Math.exp(-gamma * distance);
  });
  return sum;
}
