import type { Plane } from '../filters/decimate.ts';
import { gradientMagnitude } from '../filters/gradient.ts';
import { ratioSimilarity } from '../filters/ratio-similarity.ts';
import { toYiq } from '../input/colour.ts';
import { compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { shrinkByBlocks } from '../ssim/conventions.ts';
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
  const { width, height, ...pair } = compared('FSIM', image, reference, { cropBorder, minimum: 8 });
  const channels = (planes: readonly Float64Array[]) =>
    toYiq({ width, height, planes }).planes.map((data) => shrinkByBlocks({ width, height, data }));
  const [distorted, original] = [channels(pair.image), channels(pair.reference)] as [Plane[], Plane[]];
  const [first, second] = [original[0]!, distorted[0]!];
  const bank = logGaborBank(first.width, first.height);
  const [congruency, other] = [phaseCongruency(first, bank), phaseCongruency(second, bank)];
  const [gradient, otherGradient] = [gradientMagnitude(first, 'scharr'), gradientMagnitude(second, 'scharr')];
  let sum = 0;
  let total = 0;
  for (let i = 0; i < congruency.length; i++) {
    const weight = Math.max(congruency[i]!, other[i]!);
    let similarity =
      ratioSimilarity(congruency[i]!, other[i]!, constants.congruency) *
      ratioSimilarity(gradient[i]!, otherGradient[i]!, constants.gradient);
    if (chromatic) {
      const chroma = (channel: number) =>
        ratioSimilarity(original[channel]!.data[i]!, distorted[channel]!.data[i]!, constants.chroma);
      similarity *= Math.abs(chroma(1) * chroma(2)) ** chromaExponent;
    }
    sum += similarity * weight;
    total += weight;
  }
  return sum / total;
}
