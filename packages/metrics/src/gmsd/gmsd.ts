import { halvedWithZeros } from '../filters/decimate.ts';
import { gradientMagnitude } from '../filters/gradient.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
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
  const { convention = 'piq', cropBorder = 0 } = options;
  const colour = convention === 'matlab' ? 'rgb2gray' : 'luma';
  const pair = compared('GMSD', image, reference, { colour, cropBorder, minimum: 2 });
  const { width, height } = pair;
  const [first, second] = [pair.image[0]!, pair.reference[0]!].map((data) =>
    gradientMagnitude(halvedWithZeros({ width, height, data }), 'prewitt'),
  );
  const map = first!.map((gradient, i) => ratioSimilarity(gradient, second![i]!, gradientConstant));
  const variance = varianceOf(map);
  return Math.sqrt(convention === 'matlab' ? (variance * map.length) / (map.length - 1) : variance);
}
