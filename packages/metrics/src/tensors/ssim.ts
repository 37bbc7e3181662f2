import { OptionError } from '@deflow/images';
import { type Tensor1D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { Colour } from '../input/colour.ts';
import { ImageTooSmallError } from '../input/errors.ts';
import { type SsimConvention, ssimConventions } from '../ssim/conventions.ts';
import { comparedBatches, prepared, type TensorComparisonOptions } from './compared.ts';
import { blockMeans } from './filter.ts';
import { filteredSamples, shrinkFactor } from './shrink.ts';
import { similarityMaps } from './similarity.ts';
import { imageMeans } from './totals.ts';

export interface SsimOptions extends TensorComparisonOptions {
  /** Default `basicsr`. It also fixes `colour`, unless that is given. */
  readonly convention?: SsimConvention;
  readonly colour?: Colour;
}

/** How the conventions shrink large images. */
const shrinks: Partial<Record<SsimConvention, (x: Tensor4D) => Tensor4D>> = {
  matlab: (x) => filteredSamples(x, Math.max(1, Math.round(Math.min(x.shape[1], x.shape[2]) / 256))),
  piq: (x) => blockMeans(x, shrinkFactor(x)),
};

/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) of each image, [batch], in the conventions of the host's
 * `ssim`; float32, differentiable. Higher is better; as a loss: 1 - mean(ssim(...)).
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 11 pixels a side, `skimage`
 * 7), ValueRangeError
 */
export function ssim(image: Tensor4D, reference: Tensor4D, options: SsimOptions): Tensor1D {
  const { colour, map } = chosen(options);
  return comparedBatches('SSIM', image, reference, { ...options, colour }, (x, y) => imageMeans(map(x, y)));
}

/** The map whose mean is `ssim`, [batch, height less window, width less window, channels]. Throws as `ssim` does. */
export function ssimMap(image: Tensor4D, reference: Tensor4D, options: SsimOptions): Tensor4D {
  const { colour, map } = chosen(options);
  return tidy(() => map(...prepared('SSIM', image, reference, { ...options, colour })));
}

function chosen({ convention: name = 'basicsr', colour }: SsimOptions) {
  const convention = ssimConventions[name];
  if (!convention)
    throw new OptionError(`There is no SSIM convention ${name}.`, {
      value: name,
      remedy: `Use one of ${Object.keys(ssimConventions).join(', ')}.`,
    });
  const { window, shrink: _, ...rest } = convention;
  const shrink = shrinks[name] ?? ((x: Tensor4D) => x);
  const map = (image: Tensor4D, reference: Tensor4D): Tensor4D => {
    const [x, y] = [shrink(image), shrink(reference)];
    const [, height, width] = x.shape;
    if (Math.min(height, width) < window.length) throw new ImageTooSmallError('SSIM', width, height, window.length);
    return similarityMaps(x, y, { ...rest, window: { down: window, along: window } }).ssim;
  };
  return { colour: colour ?? convention.colour, map };
}
