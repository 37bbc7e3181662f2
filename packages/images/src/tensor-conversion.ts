import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { ImageChannelsError, ImageSizeError } from './errors.ts';
import { checkImage, type Image, whiteOf } from './image.ts';

/**
 * Images of one size and channel count as a float32 tensor [batch, height, width, channels] in 0..1
 * (integer samples are divided by 255 or 65535, float ones taken as they are). The tensor belongs to the caller.
 *
 * @throws ImageSizeError when there is no image or their shapes differ.
 */
export function toTensor(images: Image | readonly Image[]): Tensor4D {
  const list: readonly Image[] = 'data' in images ? [images] : images;
  const first = list[0];
  if (!first)
    throw new ImageSizeError('There is no image to make a tensor of.', { remedy: 'Give at least one image.' });
  const { width, height, channels } = first;
  const values = new Float32Array(list.length * width * height * channels);
  list.forEach((image, index) => {
    checkImage(image);
    if (image.width !== width || image.height !== height || image.channels !== channels)
      throw new ImageSizeError(
        `Image ${index} is ${image.width} x ${image.height} x ${image.channels}, the first ${width} x ${height} x ${channels}.`,
        { value: index, remedy: 'Crop or resize the images to one size before stacking them.' },
      );
    const white = whiteOf(image.data);
    const offset = index * image.data.length;
    for (let i = 0; i < image.data.length; i++) values[offset + i] = image.data[i]! / white;
  });
  return tensor4d(values, [list.length, height, width, channels]);
}

/**
 * The images of a tensor [batch, height, width, channels], values as they are (0..1 is black to white).
 * The tensor is left alone.
 *
 * @throws ImageChannelsError when the last axis is not 1 to 4.
 */
export async function fromTensor(tensor: Tensor4D): Promise<Image<Float32Array>[]> {
  const [batch, height, width, channels] = tensor.shape;
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4)
    throw new ImageChannelsError(`A tensor of shape [${tensor.shape}] holds no images.`, {
      value: channels,
      remedy: 'The last axis holds the channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.',
    });
  const values = Float32Array.from(await tensor.data());
  const length = height * width * channels;
  return Array.from({ length: batch }, (_, index) => ({
    width,
    height,
    channels,
    data: values.slice(index * length, (index + 1) * length),
  }));
}
