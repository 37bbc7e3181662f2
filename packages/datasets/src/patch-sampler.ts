import { checkImage, type Image, ImageChannelsError, ImageSizeError, OptionError, type Random } from '@deflow/images';

export interface PatchSamplerOptions {
  /** 8-bit RGB images, each at least `size` pixels wide and high; they may differ in size. */
  readonly images: readonly Image<Uint8Array>[];
  /** Side of the square patches in pixels. */
  readonly size: number;
  /** Mirror left and right half of the time; default true. */
  readonly flip?: boolean;
}

/** Draws `count` patches: [count, size, size, 3] in 0..1. What it draws depends on the state of `random` only. */
export type PatchSampler = (random: Random, count: number) => Float32Array;

const unit = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/**
 * A sampler of random patches: a random image (each equally likely), a random position (any offset), a random left-right
 * flip.
 *
 * @throws ImageSizeError when there is no image or one is smaller than `size`, ImageChannelsError for anything but RGB.
 */
export function patchSampler({ images, size, flip = true }: PatchSamplerOptions): PatchSampler {
  if (!Number.isInteger(size) || size < 1)
    throw new OptionError(`A patch cannot be ${size} pixels wide.`, {
      value: size,
      remedy: 'Give a whole number of pixels, at least 1.',
    });
  if (images.length === 0)
    throw new ImageSizeError('There is no image to cut patches from.', { remedy: 'Give at least one image.' });
  images.forEach((image, index) => {
    checkImage(image);
    if (image.channels !== 3 || !(image.data instanceof Uint8Array))
      throw new ImageChannelsError(`Image ${index} is not 8-bit RGB.`, {
        value: index,
        remedy: 'Convert it with toUint8(toRgb(image)).',
      });
    if (image.width < size || image.height < size)
      throw new ImageSizeError(
        `Image ${index} is ${image.width} x ${image.height}, smaller than a patch of ${size} x ${size}.`,
        { value: index, remedy: 'Leave it out (loadPhotos does with minimumSize), or use smaller patches.' },
      );
  });
  return (random, count) => {
    const patches = new Float32Array(count * size * size * 3);
    let to = 0;
    for (let n = 0; n < count; n++) {
      const { width, height, data } = images[random.integer(images.length)]!;
      const left = random.integer(width - size + 1);
      const top = random.integer(height - size + 1);
      const mirrored = flip && random.integer(2) === 1;
      for (let y = top; y < top + size; y++)
        for (let x = 0; x < size; x++) {
          const from = (y * width + left + (mirrored ? size - 1 - x : x)) * 3;
          patches[to++] = unit[data[from]!]!;
          patches[to++] = unit[data[from + 1]!]!;
          patches[to++] = unit[data[from + 2]!]!;
        }
    }
    return patches;
  };
}
