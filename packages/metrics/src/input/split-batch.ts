import type { Image } from '@deflow/images';
import { ImageSizeError } from '@deflow/images';
import type { RangedImage } from './planes.ts';

/**
 * The images of one array [batch, height, width, channels], as views of its memory, for metrics of one image or pair.
 *
 * @param range the value of white (black is 0); it is never guessed
 * @throws ImageSizeError when the shape is none of images with 1 or 3 channels, or does not fit the array
 */
export function splitBatch(
  data: Image['data'],
  [batch, height, width, channels]: readonly [batch: number, height: number, width: number, channels: number],
  { range }: { readonly range: number },
): RangedImage[] {
  const size = height * width * channels;
  const whole = [batch, height, width].every((length) => Number.isInteger(length) && length > 0);
  if (!whole || (channels !== 1 && channels !== 3) || data.length !== batch * size)
    throw new ImageSizeError(`${data.length} samples are no batch [${batch}, ${height}, ${width}, ${channels}].`, {
      value: [batch, height, width, channels],
      remedy: 'Give batch * height * width * channels samples, with 1 or 3 channels.',
    });
  return Array.from({ length: batch }, (_, i) => ({
    width,
    height,
    channels,
    range,
    data: data.subarray(i * size, (i + 1) * size),
  }));
}
