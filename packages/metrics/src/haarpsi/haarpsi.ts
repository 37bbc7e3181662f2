import type { Plane } from '../filters/decimate.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { toYiq } from '../input/colour.ts';
import { comparedBlocks } from '../input/compared.ts';
import type { MeasuredImage, Planes } from '../input/planes.ts';
import { type HaarResponses, haarResponses } from './haar-response.ts';

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
  // Halved before the colours are mixed: both are sums, and this way round there are fewer samples to mix.
  const factor = subsample ? 2 : 1;
  const blocks = (width: number, height: number) => ({
    factor,
    before: 0,
    columns: Math.ceil(width / factor),
    rows: Math.ceil(height / factor),
  });
  const pair = comparedBlocks('HaarPSI', image, reference, { cropBorder, minimum: 16 }, blocks);
  const [distorted, original] = [wavelets(pair.image), wavelets(pair.reference)];
  const sums: Sums = { weighted: Number.EPSILON, total: Number.EPSILON };
  addLuminance(distorted.luminance.rows, original.luminance.rows, sums);
  addLuminance(distorted.luminance.columns, original.luminance.columns, sums);
  addColour(distorted, original, sums);
  const mean = sums.weighted / sums.total;
  return (Math.log(mean / (1 - mean)) / steepness) ** 2;
}

interface Wavelets {
  readonly luminance: HaarResponses;
  /** Of the means over 2 x 2 of I and Q. */
  readonly i: Float64Array;
  readonly q: Float64Array;
}

function wavelets(image: Planes): Wavelets {
  const { width, height, planes } = toYiq(image);
  const [y, i, q] = planes.map((data) => ({ width, height, data })) as [Plane, Plane, Plane];
  return { luminance: haarResponses(y), i: neighbourMeans(i), q: neighbourMeans(q) };
}

interface Sums {
  weighted: number;
  total: number;
}

type Responses = HaarResponses['rows'];

function addLuminance([d2, d4, d8]: Responses, [r2, r4, r8]: Responses, sums: Sums): void {
  for (let i = 0; i < d2.length; i++) {
    const fine = ratioSimilarity(d2[i]!, r2[i]!, constant);
    const similarity = (fine + ratioSimilarity(d4[i]!, r4[i]!, constant)) / 2;
    const weight = Math.max(d8[i]!, r8[i]!);
    sums.weighted += logistic(similarity) * weight;
    sums.total += weight;
  }
}

/** Weighted with the mean of the weights of both orientations. */
function addColour(distorted: Wavelets, original: Wavelets, sums: Sums): void {
  const weights = [distorted, original].flatMap(({ luminance }) => [luminance.rows[2], luminance.columns[2]]);
  const [rows, columns, otherRows, otherColumns] = weights as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < rows.length; i++) {
    const similarity =
      (ratioSimilarity(distorted.i[i]!, original.i[i]!, constant) +
        ratioSimilarity(distorted.q[i]!, original.q[i]!, constant)) /
      2;
    const weight = (Math.max(rows[i]!, otherRows[i]!) + Math.max(columns[i]!, otherColumns[i]!)) / 2;
    sums.weighted += logistic(similarity) * weight;
    sums.total += weight;
  }
}

/** |mean| of each sample and its right, lower and lower right neighbours; zeros follow the last row and column. */
function neighbourMeans({ width, height, data }: Plane): Float64Array {
  const means = new Float64Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    const below = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const right = x < width - 1;
      const sum = (right ? data[i + 1]! : 0) + (below ? data[i + below]! : 0);
      means[i] = Math.abs(data[i]! + sum + (right && below ? data[i + below + 1]! : 0)) / 4;
    }
  }
  return means;
}
