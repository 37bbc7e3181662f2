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
    if (scale > 0)
      [distorted, original] = [everySecond(validFilter(distorted, window)), everySecond(validFilter(original, window))];
    const information = scaleInformation(distorted, original, window);
    seen += information.seen;
    available += information.available;
  });
  return seen / available;
}

function scaleInformation(distorted: Plane, original: Plane, window: Float64Array) {
  const filtered = (values: Float64Array) => validFilter({ ...original, data: values }, window).data;
  const product = (a: Float64Array, b: Float64Array) => a.map((value, i) => value * b[i]!);
  const [d, r] = [distorted.data, original.data];
  const [meanD, meanR] = [filtered(d), filtered(r)];
  const [squareD, squareR, cross] = [filtered(product(d, d)), filtered(product(r, r)), filtered(product(d, r))];
  let seen = 0;
  let available = 0;
  for (let i = 0; i < meanD.length; i++) {
    let varianceR = Math.max(squareR[i]! - meanR[i]! ** 2, 0);
    const varianceD = Math.max(squareD[i]! - meanD[i]! ** 2, 0);
    const covariance = cross[i]! - meanR[i]! * meanD[i]!;
    let gain = covariance / (varianceR + epsilon);
    let rest = varianceD - gain * covariance;
    if (varianceR < epsilon) [gain, rest, varianceR] = [0, varianceD, 0];
    if (varianceD < epsilon) [gain, rest] = [0, 0];
    if (gain < 0) [gain, rest] = [0, varianceD];
    if (rest <= epsilon) rest = epsilon;
    seen += Math.log10(1 + (gain * gain * varianceR) / (rest + noiseVariance));
    available += Math.log10(1 + varianceR / noiseVariance);
  }
  return { seen, available };
}

function everySecond({ width, height, data }: Plane): Plane {
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  const kept = new Float64Array(columns * rows);
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) kept[y * columns + x] = data[2 * y * width + 2 * x]!;
  return { width: columns, height: rows, data: kept };
}
