import type { Plane } from '../filters/decimate.ts';
import { validFilter } from '../filters/valid-filter.ts';
import { gaussianWindow } from '../filters/windows.ts';
import { compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';

export interface VifpOptions {
  readonly cropBorder?: number;
}

const windows = [17, 9, 5, 3].map((size) => gaussianWindow(size, size / 5));
const epsilon = 1e-8;
const noiseVariance = 2;
/** What leaves the window of 3 at the fourth scale. */
const minimum = 41;

/**
 * Visual information fidelity in the pixel domain (Sheikh, Bovik 2006), of the luma 0.299, 0.587, 0.114, as piq gives it:
 * 1 for identical images, towards 0 the less of the reference can be seen, above 1 when contrast is enhanced.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 41 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function vifp(image: MeasuredImage, reference: MeasuredImage, { cropBorder = 0 }: VifpOptions = {}): number {
  const pair = compared('VIFp', image, reference, { colour: 'luma', cropBorder, minimum });
  const { width, height } = pair;
  let distorted: Plane = { width, height, data: pair.image[0]! };
  let original: Plane = { width, height, data: pair.reference[0]! };
  let seen = epsilon;
  let available = epsilon;
  windows.forEach((window, scale) => {
    if (scale > 0) [distorted, original] = [validFilter(distorted, window, 2), validFilter(original, window, 2)];
    const information = scaleInformation(distorted, original, window);
    seen += information.seen;
    available += information.available;
  });
  return seen / available;
}

function scaleInformation(distorted: Plane, original: Plane, window: Float64Array) {
  const filtered = (values: Float64Array) => validFilter({ ...original, data: values }, window).data;
  const [d, r] = [distorted.data, original.data];
  const [meanD, meanR] = [filtered(d), filtered(r)];
  const [squareD, squareR, cross] = [filtered(product(d, d)), filtered(product(r, r)), filtered(product(d, r))];
  const [seen, available] = [createLogarithm(), createLogarithm()];
  for (let i = 0; i < meanD.length; i++) {
    const varianceR = Math.max(squareR[i]! - meanR[i]! * meanR[i]!, 0);
    // A flat reference has nothing to see.
    if (varianceR < epsilon) continue;
    const varianceD = Math.max(squareD[i]! - meanD[i]! * meanD[i]!, 0);
    const covariance = cross[i]! - meanR[i]! * meanD[i]!;
    available.add(varianceR / noiseVariance);
    if (varianceD < epsilon || covariance < 0) continue;
    const gain = covariance / (varianceR + epsilon);
    const rest = Math.max(varianceD - gain * covariance, epsilon);
    seen.add((gain * gain * varianceR) / (rest + noiseVariance));
  }
  return { seen: seen.total(), available: available.total() };
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const products = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) products[i] = a[i]! * b[i]!;
  return products;
}

/** The sum of log10(1 + x) over many x >= 0: one logarithm for as many factors as a number can hold. */
function createLogarithm() {
  let factors = 1;
  let sum = 0;
  return {
    add(x: number): void {
      factors *= 1 + x;
      if (factors < 1e150) return;
      sum += Math.log10(factors);
      factors = 1;
    },
    total: () => sum + Math.log10(factors),
  };
}
