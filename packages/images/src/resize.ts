import { OptionError } from './errors.ts';
import { checkImage, emptyLike, type Image, type Samples, whiteOf } from './image.ts';
import { resizeHeight, resizeWidth, type Store } from './resize-passes.ts';
import { resizeWeights } from './resize-weights.ts';

/** Ties of integer images: MATLAB rounds 0.5 away from zero, NumPy (and the DeFlow of 2021) to the even neighbour. */
export type Rounding = 'half-away' | 'half-even';

interface RoundingOption {
  /** For integer images only; default `half-away`, as MATLAB does. */
  readonly rounding?: Rounding;
}

/** Either one scale for both axes (sizes become ceil(scale * size)) or the new size (each axis has its own scale). */
export type ResizeOptions = RoundingOption &
  ({ readonly scale: number } | { readonly width: number; readonly height: number });

/** Clips to 0..white and rounds. The branch on ties is rare: one on the fraction of every sample would be guessed wrongly. */
function quantise(white: number, rounding: Rounding): Store {
  const even = rounding === 'half-even';
  return (row, to, at) => {
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      const clipped = value > 0 ? (value < white ? value : white) : 0;
      let whole = (clipped + 0.5) | 0;
      const tie = whole - 0.5;
      // Below the tie only where adding 0.5 itself rounded up, just below 0.5.
      if (clipped <= tie && (clipped < tie || (even && (whole & 1) === 1))) whole--;
      to[at + i] = whole;
    }
  };
}

const keep: Store = (row, to, at) => to.set(row, at);

/**
 * Bicubic resize, bit-equal to MATLAB's `imresize` (antialiasing on, border mirrored with the edge repeated). The axis
 * with the smaller scale goes first. Integer images are clipped and rounded after each axis; float images are neither
 * clipped nor rounded (a Float32Array is computed in float64 and stored as float32 at the end).
 * Channels are resized independently, alpha too.
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
  const plan = (length: number, size: number | undefined) =>
    'scale' in options
      ? { scale: options.scale, weights: resizeWeights(length, scaledLength(length, options.scale), options.scale) }
      : { scale: size! / length, weights: resizeWeights(length, size!) };
  const rows = plan(image.height, 'scale' in options ? undefined : options.height);
  const columns = plan(image.width, 'scale' in options ? undefined : options.width);
  const integer = image.data instanceof Uint8Array || image.data instanceof Uint16Array;
  const white = whiteOf(image.data);
  const store = integer ? quantise(white, rounding) : keep;
  const working: Image = integer ? image : { ...image, data: new Float64Array() };
  const height = rows.weights.outputLength;
  const width = columns.weights.outputLength;
  const result = emptyLike(image, { width, height });
  if (rows.scale <= columns.scale) {
    const between = emptyLike(working, { height });
    resizeHeight(image, between, rows.weights, store);
    resizeWidth(between, result, columns.weights, store);
  } else {
    const between = emptyLike(working, { width });
    resizeWidth(image, between, columns.weights, store);
    resizeHeight(between, result, rows.weights, store);
  }
  return result;
}

/** ceil(scale * length): the size that a resize by `scale` gives. */
export function scaledLength(length: number, scale: number): number {
  return Math.ceil(scale * length);
}
