import { halvedWithZeros, type Plane } from '../filters/decimate.ts';
import { gradientMagnitude } from '../filters/gradient.ts';
import { toYiq } from '../input/colour.ts';
import { compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { gradientConstant } from './gmsd.ts';
import { varianceOf } from './variance.ts';

export interface MsGmsdOptions {
  /** Adds what the colours differ by (MS-GMSDc); default false. */
  readonly chromatic?: boolean;
  readonly cropBorder?: number;
}

const scaleWeights = [0.096, 0.596, 0.289, 0.019];
const masking = 0.5;

/**
 * GMSD over four scales (Zhang, Sun, Xiao 2017), as piq gives it; from 0, lower is better.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 16 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function msGmsd(image: MeasuredImage, reference: MeasuredImage, options: MsGmsdOptions = {}): number {
  const { chromatic = false, cropBorder = 0 } = options;
  const colour = chromatic ? 'rgb' : 'luma';
  const { width, height, ...pair } = compared('MS-GMSD', image, reference, { colour, cropBorder, minimum: 16 });
  const channels = [pair.image, pair.reference].map((planes) =>
    (chromatic ? toYiq({ width, height, planes }).planes : planes).map((data): Plane => ({ width, height, data })),
  );
  let [first, second] = channels as [Plane[], Plane[]];
  let sum = 0;
  scaleWeights.forEach((weight, scale) => {
    if (scale > 0) [first, second] = [first.map(halvedWithZeros), second.map(halvedWithZeros)];
    const [a, b] = [gradientMagnitude(first[0]!, 'prewitt'), gradientMagnitude(second[0]!, 'prewitt')];
    sum += weight * varianceOf(maskedSimilarity(a, b));
  });
  const luminance = Math.sqrt(sum);
  if (!chromatic) return luminance;
  const difference = Math.sqrt(meanSquare(first[1]!, second[1]!) + meanSquare(first[2]!, second[2]!));
  const share = 2 / (1 + 0.32 * Math.exp(-15 * luminance)) - 1;
  return share * luminance + (1 - share) * 0.01 * difference;
}

function maskedSimilarity(a: Float64Array, b: Float64Array): Float64Array {
  const map = new Float64Array(a.length);
  for (let i = 0; i < map.length; i++) {
    const product = a[i]! * b[i]!;
    const rest = gradientConstant - masking * product;
    map[i] = (2 * product + rest) / (a[i]! * a[i]! + b[i]! * b[i]! + rest);
  }
  return map;
}

function meanSquare(a: Plane, b: Plane): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum / a.data.length;
}
