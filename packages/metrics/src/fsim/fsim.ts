import { gradientMagnitude } from '../filters/gradient.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { toYiq } from '../input/colour.ts';
import { comparedBlocks } from '../input/compared.ts';
import type { Blocks, MeasuredImage, Planes } from '../input/planes.ts';
import { shrinkFactor } from '../ssim/conventions.ts';
import { logGaborBank } from './log-gabor.ts';
import { phaseCongruency } from './phase-congruency.ts';

export interface FsimOptions {
  /** Compares colours too (FSIMc); default true. */
  readonly chromatic?: boolean;
  readonly cropBorder?: number;
}

const constants = { congruency: 0.85, gradient: 160, chroma: 200 };
const chromaExponent = 0.03;

/**
 * Feature similarity (Zhang, Zhang, Mou, Zhang 2011), 0..1; higher is better. Images are shrunk to about 256 pixels a side.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 8 pixels a side), AlphaChannelError, InvalidSampleError,
 * SampleRangeError
 */
export function fsim(image: MeasuredImage, reference: MeasuredImage, options: FsimOptions = {}): number {
  const { chromatic = true, cropBorder = 0 } = options;
  // Shrunk before the colours are mixed: both are sums, and this way round there are fewer samples to mix.
  const pair = comparedBlocks('FSIM', image, reference, { cropBorder, minimum: 8 }, wholeBlocks);
  const [original, distorted] = [yiq(pair.reference), yiq(pair.image)];
  const bank = logGaborBank(original.y.width, original.y.height);
  const [congruency, other] = phaseCongruency([original.y, distorted.y], bank) as [Float64Array, Float64Array];
  const [gradient, otherGradient] = [gradientMagnitude(original.y, 'scharr'), gradientMagnitude(distorted.y, 'scharr')];
  let sum = 0;
  let total = 0;
  for (let i = 0; i < congruency.length; i++) {
    const weight = Math.max(congruency[i]!, other[i]!);
    let similarity =
      ratioSimilarity(congruency[i]!, other[i]!, constants.congruency) *
      ratioSimilarity(gradient[i]!, otherGradient[i]!, constants.gradient);
    if (chromatic) {
      const chromaI = ratioSimilarity(original.i[i]!, distorted.i[i]!, constants.chroma);
      const chromaQ = ratioSimilarity(original.q[i]!, distorted.q[i]!, constants.chroma);
      similarity *= Math.abs(chromaI * chromaQ) ** chromaExponent;
    }
    sum += similarity * weight;
    total += weight;
  }
  return sum / total;
}

function wholeBlocks(width: number, height: number): Blocks {
  const factor = shrinkFactor({ width, height });
  return { factor, before: 0, columns: Math.floor(width / factor), rows: Math.floor(height / factor) };
}

function yiq(image: Planes) {
  const [data, i, q] = toYiq(image).planes as [Float64Array, Float64Array, Float64Array];
  return { y: { width: image.width, height: image.height, data }, i, q };
}
