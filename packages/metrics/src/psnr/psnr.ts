import { type ComparedOptions, compared } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';

export interface PsnrOptions extends ComparedOptions {
  /**
   * `exact` (default; MATLAB, scikit-image, BasicSR): identical images give Infinity. `piq` adds 1e-8 to the mean squared
   * error of samples in 0..1, so that identical images give 80 dB.
   */
  readonly convention?: 'exact' | 'piq';
}

/**
 * Peak signal-to-noise ratio in dB, 10 log10(white^2 / MSE), over all pixels and channels together. Higher is better.
 *
 * @throws SizeMismatchError, AlphaChannelError, InvalidSampleError, SampleRangeError
 */
export function psnr(image: MeasuredImage, reference: MeasuredImage, options: PsnrOptions = {}): number {
  const pair = compared('PSNR', image, reference, options);
  let sum = 0;
  pair.image.forEach((plane, channel) => {
    sum += squaredDistance(plane, pair.reference[channel]!);
  });
  const meanSquaredError = sum / (pair.width * pair.height * pair.image.length * 255 ** 2);
  return -10 * Math.log10(meanSquaredError + (options.convention === 'piq' ? 1e-8 : 0));
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += difference * difference;
  }
  return sum;
}
