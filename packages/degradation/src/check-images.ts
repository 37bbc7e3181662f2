import type { Tensor4D } from '@tensorflow/tfjs-core';
import { ShapeMismatchError } from './errors.ts';

/** Throws `ShapeMismatchError` unless `images` is [batch, height, width, 3] with sizes that are multiples of `multiple`. */
export function checkImages(images: Tensor4D, multiple: number): void {
  const [, height, width, channels] = images.shape;
  if (channels !== 3) {
    throw new ShapeMismatchError(`The model sees RGB images and got ${channels} channels.`, {
      value: images.shape,
      remedy: 'Convert grey images to three channels and drop alpha.',
    });
  }
  if (height === 0 || width === 0 || height % multiple !== 0 || width % multiple !== 0) {
    throw new ShapeMismatchError(`Images of ${width} x ${height} do not fit a flow that halves them to blocks.`, {
      value: images.shape,
      remedy: `Pad or crop both sizes to multiples of ${multiple}.`,
    });
  }
}
