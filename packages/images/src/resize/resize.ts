import { OptionError } from '../errors.ts';
import { checkImage, emptyLike, type Image, type Samples, whiteOf } from '../image.ts';
import type { ResizePlan, Rounding } from './plan.ts';
import { resizeWeights } from './resize-weights.ts';
import { resizeByScalars } from './scalar-passes.ts';
import { resizeByVectors } from './vector-passes.ts';

interface RoundingOption {
  /** For integer images only; default `half-away`, as MATLAB does. */
  readonly rounding?: Rounding;
}

/** Either one scale for both axes (sizes become ceil(scale * size)) or the new size (each axis has its own scale). */
export type ResizeOptions = RoundingOption &
  ({ readonly scale: number } | { readonly width: number; readonly height: number });

/**
 * Bicubic resize, bit-equal to MATLAB's `imresize` (antialiasing on, border mirrored with the edge repeated). The axis
 * with the smaller scale goes first. Integer images are clipped and rounded after each axis; float images are neither
 * clipped nor rounded (a Float32Array is computed in float64 and stored as float32 at the end).
 * Channels are resized independently, alpha too. Computed by WebAssembly with SIMD; where that is missing or forbidden by a
 * content security policy, by JavaScript, to the same bits.
 *
 * @throws ImageSizeError when a size is no positive whole number, OptionError for another scale than a positive number.
 */
export function resize<Data extends Samples>(image: Image<Data>, options: ResizeOptions): Image<Data> {
  checkImage(image);
  const { rounding = 'half-away' } = options;
  if (rounding !== 'half-away' && rounding !== 'half-even')
    throw new OptionError(`Unknown rounding ${rounding}.`, {
      value: rounding,
      remedy: 'Use half-away (MATLAB) or half-even (NumPy).',
    });
  const axis = (length: number, size: number | undefined) =>
    'scale' in options
      ? { scale: options.scale, weights: resizeWeights(length, scaledLength(length, options.scale), options.scale) }
      : { scale: size! / length, weights: resizeWeights(length, size!) };
  const rows = axis(image.height, 'scale' in options ? undefined : options.height);
  const columns = axis(image.width, 'scale' in options ? undefined : options.width);
  const integer = image.data instanceof Uint8Array || image.data instanceof Uint16Array;
  const plan: ResizePlan = {
    rows: rows.weights,
    columns: columns.weights,
    rowsFirst: rows.scale <= columns.scale,
    rounding: integer ? rounding : undefined,
    white: whiteOf(image.data),
  };
  const result = emptyLike(image, { width: columns.weights.outputLength, height: rows.weights.outputLength });
  if (!resizeByVectors(image, result, plan)) resizeByScalars(image, result, plan);
  return result;
}

/** ceil(scale * length): the size that a resize by `scale` gives. */
export function scaledLength(length: number, scale: number): number {
  return Math.ceil(scale * length);
}
