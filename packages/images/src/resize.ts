import { OptionError } from './errors.ts';
import { checkImage, emptyLike, type Image, type Samples, whiteOf } from './image.ts';
import { type ResizeWeights, resizeWeights } from './resize-weights.ts';

/** Ties of integer images: MATLAB rounds 0.5 away from zero, NumPy (and the DeFlow of 2021) to the even neighbour. */
export type Rounding = 'half-away' | 'half-even';

interface RoundingOption {
  /** For integer images only; default `half-away`, as MATLAB does. */
  readonly rounding?: Rounding;
}

/** Either one scale for both axes (sizes become ceil(scale * size)) or the new size (each axis has its own scale). */
export type ResizeOptions = RoundingOption &
  ({ readonly scale: number } | { readonly width: number; readonly height: number });

/** Clips `row` to 0..white and rounds it, in place. */
function quantise(row: Float64Array, white: number, rounding: Rounding): void {
  const even = rounding === 'half-even';
  for (let i = 0; i < row.length; i++) {
    const value = Math.min(Math.max(row[i]!, 0), white);
    const floor = Math.floor(value);
    const rest = value - floor;
    row[i] = rest > 0.5 || (rest === 0.5 && (!even || floor % 2 === 1)) ? floor + 1 : floor;
  }
}

type Finish = (row: Float64Array) => void;

function resizeHeight(from: Image, to: Image, { taps, indices, weights }: ResizeWeights, finish: Finish): void {
  const length = from.width * from.channels;
  const sum = new Float64Array(length);
  // Source rows in float64, each converted once: the rows that one output needs have different slots.
  const slots = Math.min(taps, from.height);
  const rows = Array.from({ length: slots }, () => new Float64Array(length));
  const held = new Int32Array(slots).fill(-1);
  for (let y = 0; y < to.height; y++) {
    sum.fill(0);
    for (let k = 0; k < taps; k++) {
      const index = indices[y * taps + k]!;
      const slot = index % slots;
      const row = rows[slot]!;
      if (held[slot] !== index) {
        row.set(from.data.subarray(index * length, (index + 1) * length));
        held[slot] = index;
      }
      const weight = weights[y * taps + k]!;
      for (let i = 0; i < length; i++) sum[i]! += weight * row[i]!;
    }
    finish(sum);
    to.data.set(sum, y * length);
  }
}

function resizeWidth(from: Image, to: Image, { taps, indices, weights }: ResizeWeights, finish: Finish): void {
  const { channels } = from;
  const row = new Float64Array(from.width * channels);
  const resized = new Float64Array(to.width * channels);
  const offsets = indices.map((index) => index * channels);
  for (let y = 0; y < to.height; y++) {
    row.set(from.data.subarray(y * row.length, (y + 1) * row.length));
    for (let x = 0; x < to.width; x++)
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = x * taps; k < (x + 1) * taps; k++) sum += weights[k]! * row[offsets[k]! + channel]!;
        resized[x * channels + channel] = sum;
      }
    finish(resized);
    to.data.set(resized, y * resized.length);
  }
}

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
  const finish: Finish = integer ? (row) => quantise(row, white, rounding) : () => {};
  const working: Image = integer ? image : { ...image, data: new Float64Array() };
  const height = rows.weights.outputLength;
  const width = columns.weights.outputLength;
  const result = emptyLike(image, { width, height });
  if (rows.scale <= columns.scale) {
    const between = emptyLike(working, { height });
    resizeHeight(image, between, rows.weights, finish);
    resizeWidth(between, result, columns.weights, finish);
  } else {
    const between = emptyLike(working, { width });
    resizeWidth(image, between, columns.weights, finish);
    resizeHeight(between, result, rows.weights, finish);
  }
  return result;
}

/** ceil(scale * length): the size that a resize by `scale` gives. */
export function scaledLength(length: number, scale: number): number {
  return Math.ceil(scale * length);
}
