import { OptionError } from '@deflow/images';
import { type Colour, inColour } from './colour.ts';
import { ImageTooSmallError, SizeMismatchError } from './errors.ts';
import { type Blocks, checkMeasured, type MeasuredImage, type Planes, toBlockMeans } from './planes.ts';

/** What part of the images is compared. */
export interface ComparedOptions {
  readonly colour?: Colour;
  /** Pixels cut off at each of the four sides before anything else; default 0. */
  readonly cropBorder?: number;
}

/** An image and its reference, of the same size and with the same number of planes. */
export interface Compared {
  readonly width: number;
  readonly height: number;
  readonly image: readonly Float64Array[];
  readonly reference: readonly Float64Array[];
}

/**
 * Both images as planes of 0..255, cropped and in the wanted colours.
 *
 * @throws SizeMismatchError unless both have the same size and channels, ImageTooSmallError below `minimum` pixels a side.
 */
export function compared(
  metric: string,
  image: MeasuredImage,
  reference: MeasuredImage,
  { colour = 'rgb', cropBorder = 0, minimum = 1 }: ComparedOptions & { readonly minimum?: number } = {},
): Compared {
  checkSameSize(image, reference);
  const [first, second] = [image, reference].map((each) => measured(metric, each, { colour, cropBorder, minimum }));
  return { width: first!.width, height: first!.height, image: first!.planes, reference: second!.planes };
}

/** Both images shrunk to the means of the blocks that `blocksOf` lays over them. Throws as `compared` does. */
export function comparedBlocks(
  metric: string,
  image: MeasuredImage,
  reference: MeasuredImage,
  { cropBorder = 0, minimum }: { readonly cropBorder?: number; readonly minimum: number },
  blocksOf: (width: number, height: number) => Blocks,
): { readonly image: Planes; readonly reference: Planes } {
  checkSameSize(image, reference);
  const shrunk = (each: MeasuredImage) => {
    const { width, height } = checkedSize(metric, each, cropBorder, minimum);
    return toBlockMeans(each, blocksOf(width, height), cropBorder);
  };
  return { image: shrunk(image), reference: shrunk(reference) };
}

/** Throws a SizeMismatchError unless width, height and channels are equal. */
export function checkSameSize(image: MeasuredImage, reference: MeasuredImage): void {
  const shape = ({ width, height, channels }: MeasuredImage) => `${width} x ${height} x ${channels}`;
  if (shape(image) !== shape(reference)) throw new SizeMismatchError(shape(image), shape(reference));
}

/** One image as planes of 0..255, cropped and in the wanted colour. */
export function measured(
  metric: string,
  image: MeasuredImage,
  { colour = 'rgb', cropBorder = 0, minimum = 1 }: ComparedOptions & { readonly minimum?: number },
): Planes {
  checkedSize(metric, image, cropBorder, minimum);
  return inColour(image, colour, cropBorder);
}

/** The size inside of the border of an image that can be measured. */
function checkedSize(metric: string, image: MeasuredImage, border: number, minimum: number) {
  checkMeasured(image);
  const { width, height } = innerSize(metric, image, border);
  if (Math.min(width, height) < minimum) throw new ImageTooSmallError(metric, width, height, minimum);
  return { width, height };
}

/** What is left of a width and height without the border; throws an OptionError or ImageTooSmallError when nothing is. */
export function innerSize(metric: string, image: { readonly width: number; readonly height: number }, border: number) {
  if (!Number.isInteger(border) || border < 0)
    throw new OptionError(`Cannot cut off ${border} pixels.`, {
      value: border,
      remedy: 'cropBorder is a whole number of at least 0; in super-resolution the scale.',
    });
  const width = image.width - 2 * border;
  const height = image.height - 2 * border;
  if (width < 1 || height < 1) throw new ImageTooSmallError(metric, Math.max(width, 0), Math.max(height, 0), 1);
  return { width, height };
}
