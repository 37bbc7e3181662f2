import { halvedWithZeros, type Plane } from '../filters/decimate.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { toYiq } from '../input/colour.ts';
import { compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { haarResponse, type Orientation } from './haar-response.ts';

export interface HaarPsiOptions {
  /** Halves the images first, as the authors do; default true. */
  readonly subsample?: boolean;
  readonly cropBorder?: number;
}

const constant = 30;
const steepness = 4.2;
const logistic = (value: number) => 1 / (1 + Math.exp(-steepness * value));

/**
 * Haar wavelet-based perceptual similarity (Reisenhofer, Bosse, Kutyniok, Wiegand 2018) with colours, 0..1; higher is
 * better.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 16 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function haarPsi(image: MeasuredImage, reference: MeasuredImage, options: HaarPsiOptions = {}): number {
  const { subsample = true, cropBorder = 0 } = options;
  const { width, height, ...pair } = compared('HaarPSI', image, reference, { cropBorder, minimum: 16 });
  const channels = (planes: readonly Float64Array[]) =>
    toYiq({ width, height, planes }).planes.map((data) =>
      subsample ? halvedWithZeros({ width, height, data }) : { width, height, data },
    );
  const [distorted, original] = [channels(pair.image), channels(pair.reference)];
  const maps = (['rows', 'columns'] as const).map((orientation) =>
    luminanceMaps(distorted[0]!, original[0]!, orientation),
  );
  const [first, second] = maps as [Maps, Maps];
  const weight = first.weight.map((value, i) => (value + second.weight[i]!) / 2);
  return score([first, second, { similarity: colourSimilarity(distorted, original), weight }]);
}

interface Maps {
  readonly similarity: Float64Array;
  readonly weight: Float64Array;
}

function luminanceMaps(distorted: Plane, original: Plane, orientation: Orientation): Maps {
  const [d2, d4, d8] = [2, 4, 8].map((size) => haarResponse(distorted, size, orientation)) as Float64Array[];
  const [r2, r4, r8] = [2, 4, 8].map((size) => haarResponse(original, size, orientation)) as Float64Array[];
  const similarity = d2!.map(
    (value, i) => (ratioSimilarity(value, r2![i]!, constant) + ratioSimilarity(d4![i]!, r4![i]!, constant)) / 2,
  );
  return { similarity, weight: d8!.map((value, i) => Math.max(value, r8![i]!)) };
}

/** Of the means over 2 x 2 of I and Q. */
function colourSimilarity(distorted: readonly Plane[], original: readonly Plane[]): Float64Array {
  const [i, q] = [1, 2].map((channel) => {
    const [a, b] = [neighbourMeans(distorted[channel]!), neighbourMeans(original[channel]!)];
    return a.map((value, index) => ratioSimilarity(value, b[index]!, constant));
  }) as [Float64Array, Float64Array];
  return i.map((value, index) => (value + q[index]!) / 2);
}

/** |mean| of each sample and its right, lower and lower right neighbours; zeros follow the last row and column. */
function neighbourMeans({ width, height, data }: Plane): Float64Array {
  return data.map((value, index) => {
    const right = index % width < width - 1;
    const below = index < width * (height - 1);
    const sum = (right ? data[index + 1]! : 0) + (below ? data[index + width]! : 0);
    return Math.abs(value + sum + (right && below ? data[index + width + 1]! : 0)) / 4;
  });
}

function score(maps: readonly Maps[]): number {
  let weighted = Number.EPSILON;
  let total = Number.EPSILON;
  for (const { similarity, weight } of maps)
    for (let i = 0; i < weight.length; i++) {
      weighted += logistic(similarity[i]!) * weight[i]!;
      total += weight[i]!;
    }
  const mean = weighted / total;
  return (Math.log(mean / (1 - mean)) / steepness) ** 2;
}
