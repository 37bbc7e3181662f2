import { halvedWithZeros } from '../filters/decimate.ts';
import { gradientMagnitude } from '../filters/gradient.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { checkChoice } from '../input/choice.ts';
import { compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
import type { ScoreMap } from '../input/score-map.ts';
import { varianceOf } from './variance.ts';

/** Keeps the similarity of small gradients near 1, for samples 0..255. */
export const gradientConstant = 170;

export interface GmsdOptions {
  /** `piq` (default): luma 0.299, 0.587, 0.114. `matlab`: the authors' program, with rgb2gray, and the deviation of a sample. */
  readonly convention?: 'piq' | 'matlab';
  readonly cropBorder?: number;
}

/**
 * Gradient magnitude similarity deviation (Xue, Zhang, Mou, Bovik 2014), from 0; lower is better.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 2 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function gmsd(image: MeasuredImage, reference: MeasuredImage, options: GmsdOptions = {}): number {
  const map = gmsdMap(image, reference, options).planes[0]!;
  const variance = varianceOf(map);
  return Math.sqrt(options.convention === 'matlab' ? (variance * map.length) / (map.length - 1) : variance);
}

/** Gradient similarity, at most 1, for every 2 x 2 pixels: the map whose standard deviation is `gmsd`. Throws as `gmsd` does. */
export function gmsdMap(image: MeasuredImage, reference: MeasuredImage, options: GmsdOptions = {}): ScoreMap {
  const { convention = 'piq', cropBorder = 0 } = options;
  checkChoice('GMSD convention', convention, ['piq', 'matlab']);
  const colour = convention === 'matlab' ? 'rgb2gray' : 'luma';
  const pair = compared('GMSD', image, reference, { colour, cropBorder, minimum: 2 });
  const halves = [pair.image[0]!, pair.reference[0]!].map((data) => halvedWithZeros({ ...pair, data }));
  const [first, second] = halves.map((half) => gradientMagnitude(half, 'prewitt'));
  const map = new Float64Array(first!.length);
  for (let i = 0; i < map.length; i++) map[i] = ratioSimilarity(first![i]!, second![i]!, gradientConstant);
  return { width: halves[0]!.width, height: halves[0]!.height, planes: [map] };
}
