import { ImageSizeError } from '@deflow/images';
import { checkSameSize } from '../input/compared.ts';
import { checkMeasured, type MeasuredImage, type Planes, toPlanes } from '../input/planes.ts';

/** A clean picture, what really became of it, and degraded versions of it that a model drew. */
export interface NoiseComparison {
  readonly clean: MeasuredImage;
  readonly real: MeasuredImage;
  /** The papers draw 50. Values outside of black and white are clipped. */
  readonly synthetic: readonly MeasuredImage[];
}

const taps = [1, 3.5, 7, 9, 7, 3.5, 1].map((weight) => weight / 32);
const radius = 3;
const smallestVariance = 1e-10;
const ratioBounds = [0.1, 10] as const;

/**
 * Average Kullback-Leibler divergence of synthetic from real noise (Yue et al. 2020, DANet), both taken as normal with mean
 * zero and the variance (noisy - clean)^2 smoothed by a window of 7 x 7; the mean over samples. From 0, lower is better.
 * Over several pictures it is the mean of their values.
 *
 * @throws SizeMismatchError, ImageSizeError without any synthetic picture, AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function akld({ clean, real, synthetic }: NoiseComparison): number {
  if (synthetic.length === 0)
    throw new ImageSizeError('There is no synthetic picture.', { remedy: 'Draw at least one, better 50.' });
  for (const image of [real, ...synthetic]) checkSameSize(image, clean);
  for (const image of [clean, real, ...synthetic]) checkMeasured(image);
  const origin = toPlanes(clean);
  const realVariance = varianceMaps(toPlanes(real), origin);
  const divergences = synthetic.map((image) =>
    divergence(varianceMaps(clipped(toPlanes(image)), origin), realVariance),
  );
  return divergences.reduce((sum, value) => sum + value, 0) / divergences.length;
}

function clipped(image: Planes): Planes {
  return { ...image, planes: image.planes.map((plane) => plane.map((value) => Math.min(Math.max(value, 0), 255))) };
}

function divergence(synthetic: readonly Float64Array[], real: readonly Float64Array[]): number {
  let sum = 0;
  let count = 0;
  synthetic.forEach((plane, channel) => {
    const other = real[channel]!;
    for (let i = 0; i < plane.length; i++) {
      const ratio = Math.min(Math.max(plane[i]! / other[i]!, ratioBounds[0]), ratioBounds[1]);
      sum += 0.5 * (ratio - 1 - Math.log(ratio));
    }
    count += plane.length;
  });
  return sum / count;
}

/** Smoothed squared noise of samples in 0..1, at least 1e-10; the border mirrored, its edge not repeated. */
function varianceMaps(noisy: Planes, clean: Planes): Float64Array[] {
  const { width, height } = clean;
  return clean.planes.map((plane, channel) => {
    const square = plane.map((value, i) => ((noisy.planes[channel]![i]! - value) / 255) ** 2);
    const rows = smoothed(square, { lines: height, lineStride: width, length: width, stride: 1 });
    const both = smoothed(rows, { lines: width, lineStride: 1, length: height, stride: width });
    return both.map((value) => Math.max(value, smallestVariance));
  });
}

interface Lines {
  readonly lines: number;
  readonly lineStride: number;
  readonly length: number;
  readonly stride: number;
}

function smoothed(values: Float64Array, { lines, lineStride, length, stride }: Lines): Float64Array {
  const sources = Array.from({ length: length + 2 * radius }, (_, i) => reflected(i - radius, length) * stride);
  const result = new Float64Array(values.length);
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += taps[k]! * values[line * lineStride + sources[i + k]!]!;
      result[line * lineStride + i * stride] = sum;
    }
  return result;
}

function reflected(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length - 2;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}
