import sharp, { type Sharp } from 'sharp';
import { convertSamples } from './convert-samples.ts';
import { ImageChannelsError, OptionError } from './errors.ts';
import { checkImage, type Image } from './image.ts';

export type ImageFileFormat = 'png' | 'jpeg' | 'webp' | 'tiff';

export interface EncodeImageOptions {
  /** JPEG and WebP: 1 (small) to 100 (good), default 95. WebP also `lossless`. */
  readonly quality?: number | 'lossless';
  /** PNG: effort of the (always lossless) compression, 0 (fast) to 9 (small), default 6. */
  readonly compression?: number;
  /** JPEG: `4:2:0` halves the resolution of colour (default), `4:4:4` keeps it. */
  readonly chromaSubsampling?: '4:2:0' | '4:4:4';
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new OptionError(`${name} is ${value}.`, {
      value,
      remedy: `Give a whole number from ${least} to ${most}.`,
    });
}

function compress(pixels: Sharp, format: ImageFileFormat, options: EncodeImageOptions): Sharp {
  const { quality = 95, compression = 6, chromaSubsampling = '4:2:0' } = options;
  checkRange('compression', compression, 0, 9);
  if (quality !== 'lossless') checkRange('quality', quality, 1, 100);
  switch (format) {
    case 'png':
      return pixels.png({ compressionLevel: compression });
    case 'tiff':
      return pixels.tiff({ compression: 'deflate', predictor: 'horizontal' });
    case 'webp':
      return pixels.webp(quality === 'lossless' ? { lossless: true, exact: true } : { quality });
    case 'jpeg':
      if (quality === 'lossless')
        throw new OptionError('JPEG cannot be lossless.', { value: quality, remedy: 'Use PNG, TIFF or WebP.' });
      return pixels.jpeg({ quality, chromaSubsampling });
    default:
      throw new OptionError(`Unknown image format ${format}.`, {
        value: format,
        remedy: 'Use png, jpeg, webp or tiff.',
      });
  }
}

/**
 * Encodes an image. Uint8Array and float images (0..1, clipped and rounded) get 8 bits, Uint16Array images 16 (PNG and
 * TIFF only). No colour profile is written: files without one are sRGB.
 *
 * @throws ImageChannelsError for alpha in a JPEG, OptionError for 16 bits in JPEG or WebP and for options out of range.
 */
export async function encodeImage(
  image: Image,
  format: ImageFileFormat,
  options: EncodeImageOptions = {},
): Promise<Uint8Array> {
  checkImage(image);
  const { width, height, channels } = image;
  const data = image.data instanceof Uint16Array ? image.data : convertSamples(image, Uint8Array).data;
  const deep = data instanceof Uint16Array;
  if (deep && (format === 'jpeg' || format === 'webp'))
    throw new OptionError(`${format} holds 8 bits, the image has 16.`, {
      value: format,
      remedy: 'Convert it with toUint8, or write PNG or TIFF.',
    });
  if (format === 'jpeg' && channels % 2 === 0)
    throw new ImageChannelsError('JPEG holds no alpha.', {
      value: channels,
      remedy: 'Drop it with toRgb or splitAlpha, or write PNG, WebP or TIFF.',
    });
  const pixels = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const grey = channels < 3;
  const space = deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb';
  const bytes = await compress(pixels.toColourspace(space), format, options).toBuffer();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
