import { ImageSizeError } from './errors.ts';

/** Sample types of an image; they fix its value range: 0..255, 0..65535, and 0..1 (may be exceeded) for both float types. */
export type Samples = Uint8Array | Uint16Array | Float32Array | Float64Array;

/**
 * A picture in plain memory: `height` rows of `width` pixels of `channels` interleaved samples.
 * Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. RGB is gamma-encoded sRGB unless said otherwise.
 */
export interface Image<Data extends Samples = Samples> {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Data;
}

/** An image of the same sample type as `image`, filled with zeros. Sizes default to those of `image`. */
export function emptyLike<Data extends Samples>(
  image: Image<Data>,
  size: { width?: number; height?: number; channels?: Image['channels'] } = {},
): Image<Data> {
  const { width = image.width, height = image.height, channels = image.channels } = size;
  const length = width * height * channels;
  const samples = (data: Samples): Samples => {
    if (data instanceof Uint8Array) return new Uint8Array(length);
    if (data instanceof Uint16Array) return new Uint16Array(length);
    return data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  };
  return { width, height, channels, data: samples(image.data) as Data };
}

/** The value of white (and of an opaque alpha): 255, 65535, or 1 for float types. */
export function whiteOf(data: Samples): number {
  if (data instanceof Uint8Array) return 255;
  return data instanceof Uint16Array ? 65535 : 1;
}

/** Throws an `ImageSizeError` unless the sizes are positive integers and the samples are as many as they say. */
export function checkImage(image: Image): void {
  const { width, height, channels, data } = image;
  const positive = (n: number) => Number.isInteger(n) && n > 0;
  if (!positive(width) || !positive(height) || ![1, 2, 3, 4].includes(channels))
    throw new ImageSizeError(`An image cannot be ${width} x ${height} with ${channels} channels.`, {
      value: { width, height, channels },
      remedy: 'Width and height are at least 1, channels 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha).',
    });
  if (data.length !== width * height * channels)
    throw new ImageSizeError(`An image of ${width} x ${height} x ${channels} holds ${data.length} samples.`, {
      value: data.length,
      remedy: `Give ${width * height * channels} samples, row by row, channels interleaved.`,
    });
}
