import type { Plane } from '../filters/decimate.ts';
import { gradientMagnitude } from '../filters/gradient.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { checkChoice } from '../input/choice.ts';
import { weighted } from '../input/colour.ts';
import { comparedBlocks } from '../input/compared.ts';
import type { Blocks, MeasuredImage, Planes } from '../input/planes.ts';
import { shrinkFactor } from '../ssim/conventions.ts';

export interface MdsiOptions {
  /** How gradient and colour similarity are combined; default `sum`. */
  readonly combination?: 'sum' | 'product';
  readonly cropBorder?: number;
}

const gradientConstants = { own: 140, shared: 55 };
const colourConstant = 550;

/**
 * Mean deviation similarity index (Nafchi, Shahkolaei, Hedjam, Cheriet 2016), from 0; lower is better. Not symmetric.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 2 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function mdsi(image: MeasuredImage, reference: MeasuredImage, options: MdsiOptions = {}): number {
  const { combination = 'sum', cropBorder = 0 } = options;
  checkChoice('combination', combination, ['sum', 'product']);
  const pair = comparedBlocks('MDSI', image, reference, { cropBorder, minimum: 2 }, centredBlocks);
  const [distorted, original] = [opponents(pair.image), opponents(pair.reference)];
  const mean = { ...original.l, data: original.l.data.map((value, i) => (value + distorted.l.data[i]!) / 2) };
  const [r, d, shared] = [original.l, distorted.l, mean].map((plane) => gradientMagnitude(plane, 'prewitt')) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const real = new Float64Array(r.length);
  const imaginary = new Float64Array(r.length);
  for (let i = 0; i < r.length; i++) {
    const gradient =
      ratioSimilarity(r[i]!, d[i]!, gradientConstants.own) +
      ratioSimilarity(d[i]!, shared[i]!, gradientConstants.shared) -
      ratioSimilarity(r[i]!, shared[i]!, gradientConstants.shared);
    const colour = chromaSimilarity(distorted, original, i);
    const combined = combination === 'sum' ? ([0.6 * gradient + 0.4 * colour, 0] as const) : product(gradient, colour);
    [real[i], imaginary[i]] = power(combined, 1 / 4);
  }
  return meanDeviation(real, imaginary) ** (1 / 4);
}

interface Opponents {
  readonly l: Plane;
  readonly h: Plane;
  readonly m: Plane;
}

/** Of images shrunk before the colours are mixed: both are sums, and this way round there are fewer samples to mix. */
function opponents({ width, height, planes }: Planes): Opponents {
  const [red, green = red, blue = red] = planes;
  const channel = (weights: readonly [number, number, number]): Plane => ({
    width,
    height,
    data: weighted([red!, green!, blue!], weights),
  });
  return {
    l: channel([0.2989, 0.587, 0.114]),
    h: channel([0.3, 0.04, -0.35]),
    m: channel([0.34, -0.6, 0.17]),
  };
}

/** A border of zeros lies around the image, as wide as half a block less one sample before and half a block after. */
function centredBlocks(width: number, height: number): Blocks {
  const factor = shrinkFactor({ width, height });
  const before = Math.floor((factor - 1) / 2);
  const count = (length: number) => Math.floor((length + before + Math.floor(factor / 2)) / factor);
  return { factor, before, columns: count(width), rows: count(height) };
}

function chromaSimilarity(distorted: Opponents, original: Opponents, i: number): number {
  const [h, m] = [original.h.data[i]!, original.m.data[i]!];
  const [otherH, otherM] = [distorted.h.data[i]!, distorted.m.data[i]!];
  return (
    (2 * (h * otherH + m * otherM) + colourConstant) /
    (h * h + otherH * otherH + m * m + otherM * otherM + colourConstant)
  );
}

type Complex = readonly [real: number, imaginary: number];

/** The product of the real parts beside the sum of the imaginary ones, as published values have it. */
function product(gradient: number, colour: number): Complex {
  const [a, b] = [power([gradient, 0], 0.2), power([colour, 0], 0.1)];
  return [a[0] * b[0], a[1] + b[1]];
}

/** The principal power of a complex number. */
function power([real, imaginary]: Complex, exponent: number): Complex {
  if (imaginary === 0 && real >= 0) return [real ** exponent, 0];
  const length = Math.hypot(real, imaginary) ** exponent;
  const angle = Math.atan2(imaginary, real) * exponent;
  return [length * Math.cos(angle), length * Math.sin(angle)];
}

function meanDeviation(real: Float64Array, imaginary: Float64Array): number {
  const [centreReal, centreImaginary] = [meanOf(real), meanOf(imaginary)];
  let sum = 0;
  for (let i = 0; i < real.length; i++)
    sum += Math.sqrt((real[i]! - centreReal) ** 2 + (imaginary[i]! - centreImaginary) ** 2);
  return sum / real.length;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
