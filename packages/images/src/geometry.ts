import { ImageSizeError } from './errors.ts';
import { checkImage, emptyLike, type Image, type Samples } from './image.ts';

/** A rectangle in pixels; x counts columns from the left, y rows from the top. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts a rectangle out of an image (a copy).
 *
 * @throws ImageSizeError when the rectangle is empty, not whole-numbered, or leaves the image.
 */
export function crop<Data extends Samples>(image: Image<Data>, { x, y, width, height }: Rectangle): Image<Data> {
  checkImage(image);
  const inside = x >= 0 && y >= 0 && width >= 1 && height >= 1;
  if (!inside || x + width > image.width || y + height > image.height || ![x, y, width, height].every(Number.isInteger))
    throw new ImageSizeError(
      `Cannot cut ${width} x ${height} at (${x}, ${y}) out of an image of ${image.width} x ${image.height}.`,
      { value: { x, y, width, height }, remedy: 'Give a rectangle of whole numbers that lies inside the image.' },
    );
  const result = emptyLike(image, { width, height });
  copyRows(image, { x, y, width, height }, result, 0, 0);
  return result;
}

/**
 * A copy of `image` with `patch` laid over it, its top left corner at (x, y). What would lie outside is left out; alpha is
 * copied, not blended.
 *
 * @throws ImageSizeError when channels or sample types differ.
 */
export function paste<Data extends Samples>(image: Image<Data>, patch: Image<Data>, x: number, y: number): Image<Data> {
  checkImage(image);
  checkImage(patch);
  const { name } = image.data.constructor;
  if (image.channels !== patch.channels || emptyLike(image).data.constructor !== emptyLike(patch).data.constructor)
    throw new ImageSizeError(
      `Cannot lay ${patch.channels} channels of ${patch.data.constructor.name} over ${image.channels} of ${name}.`,
      { value: patch.channels, remedy: 'Convert both to the same channels (toRgb) and samples (toUint8, toFloat).' },
    );
  const result = emptyLike(image);
  result.data.set(image.data);
  const left = Math.max(x, 0);
  const top = Math.max(y, 0);
  const width = Math.min(x + patch.width, image.width) - left;
  const height = Math.min(y + patch.height, image.height) - top;
  if (width > 0 && height > 0) copyRows(patch, { x: left - x, y: top - y, width, height }, result, left, top);
  return result;
}

export function copyRows(from: Image, { x, y, width, height }: Rectangle, to: Image, left: number, top: number): void {
  const { channels } = from;
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * from.width + x) * channels;
    to.data.set(from.data.subarray(start, start + width * channels), ((top + row) * to.width + left) * channels);
  }
}

/** Builds an image whose pixel (x, y) is the pixel of `from` with the number (counted row by row) `source(x, y)`. */
export function gather<Data extends Samples>(
  from: Image<Data>,
  size: { width: number; height: number },
  source: (x: number, y: number) => number,
): Image<Data> {
  checkImage(from);
  const { channels, data } = from;
  const result = emptyLike(from, size);
  let to = 0;
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const start = source(x, y) * channels;
      for (let channel = 0; channel < channels; channel++) result.data[to++] = data[start + channel]!;
    }
  return result;
}

/** Left and right exchanged. */
export const flipHorizontal = <Data extends Samples>(image: Image<Data>): Image<Data> =>
  gather(image, image, (x, y) => y * image.width + image.width - 1 - x);

/** Top and bottom exchanged. */
export const flipVertical = <Data extends Samples>(image: Image<Data>): Image<Data> =>
  gather(image, image, (x, y) => (image.height - 1 - y) * image.width + x);

/** Rows and columns exchanged. */
export const transpose = <Data extends Samples>(image: Image<Data>): Image<Data> =>
  gather(image, { width: image.height, height: image.width }, (x, y) => x * image.width + y);

/** Turned by `quarterTurns` times 90 degrees, clockwise; negative numbers turn the other way. */
export function rotate90<Data extends Samples>(image: Image<Data>, quarterTurns = 1): Image<Data> {
  const { width, height } = image;
  switch (((quarterTurns % 4) + 4) % 4) {
    case 1:
      return gather(image, { width: height, height: width }, (x, y) => (height - 1 - x) * width + y);
    case 2:
      return gather(image, image, (x, y) => (height - 1 - y) * width + width - 1 - x);
    case 3:
      return gather(image, { width: height, height: width }, (x, y) => x * width + width - 1 - y);
    case 0:
      return gather(image, image, (x, y) => y * width + x);
    default:
      throw new ImageSizeError(`Cannot turn an image by ${quarterTurns} quarters.`, {
        value: quarterTurns,
        remedy: 'Give a whole number of quarter turns.',
      });
  }
}
