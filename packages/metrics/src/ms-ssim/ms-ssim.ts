import { OptionError } from '@deflow/images';
import { blockMeans, filteredSamples, type Plane } from '../filters/decimate.ts';
import { gaussianWindow } from '../filters/windows.ts';
import type { Colour } from '../input/colour.ts';
import { type ComparedOptions, compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { type Similarity, similarity } from '../ssim/similarity.ts';
import { channelPairs } from '../ssim/ssim.ts';

/**
 * Whose MS-SSIM; they differ in colour and where a side is odd:
 * - `wang`: msssim.m, grey (MATLAB's rgb2gray), halved after a 2 x 2 mean filter with mirrored border;
 * - `piq`: mean over the channels, odd sizes extended at the top and at the left, negative level means count as 0.
 */
export type MsSsimConvention = 'wang' | 'piq';

export interface MsSsimOptions extends ComparedOptions {
  /** Default `wang`. It also fixes `colour`, unless that is given. */
  readonly convention?: MsSsimConvention;
  /**
   * `product` (default): of the levels' terms, each to the power of its weight (Wang, Simoncelli, Bovik 2003, eq. 7).
   * `sum`: the weighted mean of the terms, as in many published tables.
   */
  readonly combination?: 'product' | 'sum';
}

const window = gaussianWindow(11, 1.5);
const weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** Four halvings leave the window's 11 pixels. */
const minimum = (window.length - 1) * 2 ** (weights.length - 1) + 1;

const conventions: Record<MsSsimConvention, { colour: Colour; halve: (plane: Plane) => Plane; clipped: boolean }> = {
  wang: { colour: 'rgb2gray', halve: (plane) => filteredSamples(plane, 2), clipped: false },
  piq: { colour: 'rgb', halve: (plane) => blockMeans(extended(plane), 2), clipped: true },
};

/**
 * Multi-scale structural similarity over five scales, at most 1; higher is better.
 * A product with a negative term and no clipping (`wang`) is NaN: such images are negatives of each other.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 161 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function msSsim(image: MeasuredImage, reference: MeasuredImage, options: MsSsimOptions = {}): number {
  const { convention: name = 'wang', combination = 'product', ...rest } = options;
  const convention = conventions[name];
  if (!convention || (combination !== 'product' && combination !== 'sum'))
    throw new OptionError(`There is no MS-SSIM of convention ${name} and combination ${combination}.`, {
      value: { convention: name, combination },
      remedy: 'Conventions are wang and piq, combinations product and sum.',
    });
  const pair = compared('MS-SSIM', image, reference, { colour: convention.colour, ...rest, minimum });
  const scores = channelPairs(pair).map(([x, y]) => {
    const terms = levelTerms(x, y, convention.halve).map((term) => (convention.clipped ? Math.max(term, 0) : term));
    if (combination === 'product') return terms.reduce((product, term, i) => product * term ** weights[i]!, 1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return terms.reduce((sum, term, i) => sum + (term * weights[i]!) / total, 0);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Contrast and structure of all levels but the last, whose whole SSIM counts. */
function levelTerms(x: Plane, y: Plane, halve: (plane: Plane) => Plane): number[] {
  const levels: Similarity[] = [];
  let [left, right] = [x, y];
  for (let level = 0; level < weights.length; level++) {
    if (level > 0) [left, right] = [halve(left), halve(right)];
    levels.push(similarity(left, right, { window }));
  }
  return levels.map(({ ssim, contrastStructure }, level) => (level < weights.length - 1 ? contrastStructure : ssim));
}

/** One more row at the top and one more column at the left, copies of the first ones, where a side is odd. */
function extended(plane: Plane): Plane {
  if (plane.width % 2 === 0 && plane.height % 2 === 0) return plane;
  const width = plane.width + 1;
  const height = plane.height + 1;
  const data = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = Math.max(y - 1, 0) * plane.width;
    data[y * width] = plane.data[start]!;
    data.set(plane.data.subarray(start, start + plane.width), y * width + 1);
  }
  return { width, height, data };
}
