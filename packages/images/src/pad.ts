import { ImageSizeError, OptionError } from './errors.ts';
import { gather, paste } from './geometry.ts';
import { checkImage, emptyLike, type Image, type Samples } from './image.ts';
import { mirrorIndex } from './resize/resize-weights.ts';

/**
 * What lies beyond the border: `symmetric` mirrors and repeats the edge (... 1 0 | 0 1 ...), `reflect` mirrors without
 * repeating it (... 2 1 | 0 1 ...), `replicate` repeats the edge (... 0 0 | 0 1 ...), `constant` is one value everywhere.
 */
export type PadMode = 'symmetric' | 'reflect' | 'replicate' | 'constant';

export interface PadOptions {
  /** Pixels to add on each side; default 0. */
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
  /** Default `symmetric`. */
  readonly mode?: PadMode;
  /** The sample value of mode `constant`, in the image's own units; default 0. */
  readonly value?: number;
}

function reflectIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length - 2;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}

const sources: Record<Exclude<PadMode, 'constant'>, (index: number, length: number) => number> = {
  symmetric: mirrorIndex,
  reflect: reflectIndex,
  replicate: (index, length) => Math.min(Math.max(index, 0), length - 1),
};

/**
 * Adds a border, as wide as wanted (mirroring goes on beyond the image's own size).
 *
 * @throws ImageSizeError when a border is negative or not whole, OptionError for an unknown mode.
 */
export function pad<Data extends Samples>(image: Image<Data>, options: PadOptions): Image<Data> {
  checkImage(image);
  const { left = 0, right = 0, top = 0, bottom = 0, mode = 'symmetric', value = 0 } = options;
  for (const border of [left, right, top, bottom])
    if (!Number.isInteger(border) || border < 0)
      throw new ImageSizeError(`A border cannot be ${border} pixels wide.`, {
        value: border,
        remedy: 'Give whole numbers of at least 0; to take pixels away use crop.',
      });
  const width = left + image.width + right;
  const height = top + image.height + bottom;
  if (mode === 'constant') {
    const canvas = emptyLike(image, { width, height });
    canvas.data.fill(value);
    return paste(canvas, image, left, top);
  }
  const source = sources[mode];
  if (!source)
    throw new OptionError(`Unknown padding ${mode}.`, {
      value: mode,
      remedy: 'Use symmetric, reflect, replicate or constant.',
    });
  const columns = Int32Array.from({ length: width }, (_, x) => source(x - left, image.width));
  const rows = Int32Array.from({ length: height }, (_, y) => source(y - top, image.height));
  return gather(image, { width, height }, (x, y) => rows[y]! * image.width + columns[x]!);
}
