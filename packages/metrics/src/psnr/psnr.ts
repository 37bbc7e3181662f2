import { checkChoice } from '../input/choice.ts';
import { type ComparedOptions, checkSameSize, compared, innerSize } from '../input/compared.ts';
import { checkMeasured, type MeasuredImage, whiteOf } from '../input/planes.ts';
import { squaredDistance } from './squared-distance.ts';

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
  const { colour = 'rgb', convention = 'exact' } = options;
  checkChoice('PSNR convention', convention, ['exact', 'piq']);
  const squares = colour === 'rgb' ? ofSamples(image, reference, options) : ofPlanes(image, reference, options);
  return -10 * Math.log10(squares + (convention === 'piq' ? 1e-8 : 0));
}

/** Mean squared error of samples in 0..1, read where they lie. */
function ofSamples(image: MeasuredImage, reference: MeasuredImage, { cropBorder = 0 }: PsnrOptions): number {
  checkSameSize(image, reference);
  for (const each of [image, reference]) checkMeasured(each);
  const { width, height } = innerSize('PSNR', image, cropBorder);
  const { channels } = image;
  const sum = squaredDistance(
    { data: image.data, factor: 1 / whiteOf(image) },
    { data: reference.data, factor: 1 / whiteOf(reference) },
    {
      stride: image.width * channels,
      firstRow: cropBorder,
      rows: height,
      start: cropBorder * channels,
      length: width * channels,
    },
  );
  return sum / (width * height * channels);
}

/** The same of converted colours. */
function ofPlanes(image: MeasuredImage, reference: MeasuredImage, options: PsnrOptions): number {
  const pair = compared('PSNR', image, reference, options);
  const size = pair.width * pair.height;
  const range = { stride: size, firstRow: 0, rows: 1, start: 0, length: size };
  const sums = pair.image.map((data, channel) =>
    squaredDistance({ data, factor: 1 }, { data: pair.reference[channel]!, factor: 1 }, range),
  );
  return sums.reduce((sum, each) => sum + each, 0) / (size * sums.length * 255 ** 2);
}
