import { OptionError } from '@deflow/images';
import type { Plane } from '../filters/decimate.ts';
import { type Compared, type ComparedOptions, compared } from '../input/compared.ts';
import { ImageTooSmallError } from '../input/errors.ts';
import type { MeasuredImage } from '../input/planes.ts';
import type { ScoreMap } from '../input/score-map.ts';
import { type SsimConvention, ssimConventions } from './conventions.ts';
import { similarity } from './similarity.ts';

export interface SsimOptions extends ComparedOptions {
  /** Default `basicsr`. It also fixes `colour`, unless that is given. */
  readonly convention?: SsimConvention;
}

/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004), at most 1; higher is better.
 *
 * @throws SizeMismatchError, ImageTooSmallError (below 11 pixels a side, `skimage` 7), AlphaChannelError,
 * InvalidSampleError, SampleRangeError
 */
export function ssim(image: MeasuredImage, reference: MeasuredImage, options: SsimOptions = {}): number {
  const { convention, pairs } = prepared(image, reference, options);
  const scores = pairs.map(([x, y]) => similarity(x, y, convention).ssim);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The map whose mean is `ssim`; it is smaller than the image by the window's size less one. Throws as `ssim` does. */
export function ssimMap(image: MeasuredImage, reference: MeasuredImage, options: SsimOptions = {}): ScoreMap {
  const { convention, pairs } = prepared(image, reference, options);
  const [first] = pairs[0]!;
  const width = first.width - convention.window.length + 1;
  const height = first.height - convention.window.length + 1;
  const planes = pairs.map(([x, y]) => {
    const map = new Float64Array(width * height);
    similarity(x, y, { ...convention, map });
    return map;
  });
  return { width, height, planes };
}

function prepared(image: MeasuredImage, reference: MeasuredImage, options: SsimOptions) {
  const { convention: name = 'basicsr', ...rest } = options;
  const convention = ssimConventions[name];
  if (!convention)
    throw new OptionError(`There is no SSIM convention ${name}.`, {
      value: name,
      remedy: `Use one of ${Object.keys(ssimConventions).join(', ')}.`,
    });
  const pair = compared('SSIM', image, reference, { colour: convention.colour, ...rest });
  const { shrink = (plane) => plane, window } = convention;
  const pairs = channelPairs(pair).map(([x, y]) => [shrink(x), shrink(y)] as const);
  const [{ width, height }] = pairs[0]!;
  if (Math.min(width, height) < window.length) throw new ImageTooSmallError('SSIM', width, height, window.length);
  return { convention, pairs };
}

/** Each compared channel of the image beside that of the reference. */
export function channelPairs({ width, height, image, reference }: Compared): (readonly [Plane, Plane])[] {
  return image.map((data, channel) => [
    { width, height, data },
    { width, height, data: reference[channel]! },
  ]);
}
