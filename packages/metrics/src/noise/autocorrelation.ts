import { OptionError } from '@deflow/images';
import { NoNoiseError } from './errors.ts';
import { type ImagePair, pictureChange } from './picture-change.ts';

export interface AutocorrelationOptions {
  /** The largest distance in pixels, to either side; default 4. */
  readonly reach?: number;
}

/** How alike noise is at two pixels, by their distance. */
export interface Autocorrelation {
  readonly reach: number;
  /** (2 reach + 1) rows of as many values, by the distance down and to the right from -reach to reach; 1 in the middle. */
  readonly values: Float64Array;
}

/**
 * The autocorrelation of degraded minus clean, less its mean in each channel of each picture: of the products of all pixels
 * with those at a distance the mean, over the variance. 0 but in the middle for independent pixels.
 *
 * @throws PairSizeError when the images of a pair differ in size; NoNoiseError when they are equal, or there is none;
 * InvalidSampleError, SampleRangeError
 */
export function noiseAutocorrelation(
  pairs: Iterable<ImagePair>,
  { reach = 4 }: AutocorrelationOptions = {},
): Autocorrelation {
  if (!Number.isInteger(reach) || reach < 1)
    throw new OptionError(`Cannot look ${reach} pixels far.`, { value: reach, remedy: 'Give 1, 2, 3, ...' });
  const side = 2 * reach + 1;
  const [sums, counts] = [new Float64Array(side * side), new Float64Array(side * side)];
  let count = 0;
  for (const pair of pairs) {
    const { clean, change } = pictureChange(pair, count++);
    for (const plane of change) {
      removeMean(plane);
      for (let dy = 0; dy <= reach; dy++)
        for (let dx = -reach; dx <= reach; dx++) {
          const at = (dy + reach) * side + dx + reach;
          sums[at]! += sumOfProducts(plane, clean.width, clean.height, dx, dy);
          counts[at]! += Math.max(clean.width - Math.abs(dx), 0) * Math.max(clean.height - dy, 0);
        }
    }
  }
  const middle = reach * side + reach;
  const variance = sums[middle]! / counts[middle]!;
  if (!(variance > 0)) throw new NoNoiseError(count);
  // The upper half is the lower one turned round; distances that no picture is large enough for are NaN.
  const values = sums.map((_, at) => {
    const source = at < reach * side ? side * side - 1 - at : at;
    return sums[source]! / counts[source]! / variance;
  });
  return { reach, values };
}

function removeMean(plane: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < plane.length; i++) sum += plane[i]!;
  const mean = sum / plane.length;
  for (let i = 0; i < plane.length; i++) plane[i]! -= mean;
}

function sumOfProducts(plane: Float64Array, width: number, height: number, dx: number, dy: number): number {
  let sum = 0;
  for (let y = 0; y + dy < height; y++) {
    const offset = dy * width + dx;
    const end = y * width + Math.min(width, width - dx);
    for (let i = y * width + Math.max(0, -dx); i < end; i++) sum += plane[i]! * plane[i + offset]!;
  }
  return sum;
}
