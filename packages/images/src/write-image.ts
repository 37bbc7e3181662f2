import { extname } from 'node:path';
import { type EncodeImageOptions, encodeImage, type ImageFileFormat } from './encode-image.ts';
import { ImageFormatError } from './errors.ts';
import { pathOf } from './file-errors.ts';
import type { Image } from './image.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

export type WriteImageOptions = EncodeImageOptions;

const formats: Readonly<Record<string, ImageFileFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.tif': 'tiff',
  '.tiff': 'tiff',
};

/**
 * Writes an image in the format that the name's ending says (.png, .jpg, .jpeg, .webp, .tif, .tiff), whole or not at all;
 * see `encodeImage` for bits and options.
 *
 * @throws ImageFormatError for another ending, ImageFileError when the folder is missing or read-only, and what
 * `encodeImage` throws.
 */
export async function writeImage(path: string | URL, image: Image, options: WriteImageOptions = {}): Promise<void> {
  const file = pathOf(path);
  const format = formats[extname(file).toLowerCase()];
  if (!format)
    throw new ImageFormatError(`${file} does not say in which format to write.`, {
      path: file,
      remedy: `Let the name end in one of ${Object.keys(formats).join(', ')}.`,
    });
  await writeFileAtomically(file, await encodeImage(image, format, options));
}
