import { crop, DeFlowError, type Image, OptionError, toRgb, toUint8 } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import { NoUsablePhotoError, type SkippedFile } from '../errors.ts';
import { type PhotoFile, type PhotoFolder, photoFolder, unreadable } from './photo-folder.ts';

export interface Photo extends PhotoFile {
  /** 8-bit RGB, upright, sRGB. */
  readonly image: Image<Uint8Array>;
}

export interface LoadedPhotos {
  readonly photos: readonly Photo[];
  /** Folders that may not be read and broken links, then damaged, unreadable and too small files, in order. */
  readonly skipped: readonly SkippedFile[];
}

export interface LoadPhotosOptions {
  /** Photographs with a shorter side than this, in pixels, are skipped; default 1. */
  readonly minimumSize?: number;
  /** Stop after so many usable photographs; default: all. */
  readonly limit?: number;
  /** Larger photographs are cut down to so many pixels around their centre (never scaled); default: no bound. */
  readonly maximumPixels?: number;
  readonly onProgress?: (progress: { done: number; total: number; name: string }) => void;
  /** Ends the work with the signal's reason. */
  readonly signal?: AbortSignal;
}

const together = 4;

function centre(image: Image<Uint8Array>, maximumPixels: number, minimumSize: number): Image<Uint8Array> {
  const ratio = Math.sqrt(maximumPixels / (image.width * image.height));
  if (ratio >= 1) return image;
  const width = Math.max(minimumSize, Math.floor(image.width * ratio));
  const height = Math.max(minimumSize, Math.floor(image.height * ratio));
  return crop(image, { x: (image.width - width) >> 1, y: (image.height - height) >> 1, width, height });
}

async function load(file: PhotoFile, options: LoadPhotosOptions): Promise<Photo | SkippedFile> {
  const { minimumSize = 1, maximumPixels = Number.POSITIVE_INFINITY } = options;
  try {
    const image = toUint8(toRgb(await readImage(file.path)));
    const side = Math.min(image.width, image.height);
    if (side >= minimumSize) return { ...file, image: centre(image, maximumPixels, minimumSize) };
    return { name: file.name, reason: `${image.width} x ${image.height} is smaller than ${minimumSize} pixels` };
  } catch (error) {
    if (!DeFlowError.isInstance(error)) throw error;
    return { name: file.name, reason: error.message.split('\n')[0]! };
  }
}

/**
 * Decodes the photographs of a folder to 8-bit RGB: grey is replicated, 16 bits are reduced with rounding, transparent
 * pixels are laid over white, EXIF orientation and colour profiles applied (see `decodeImage` of `@deflow/images/node`).
 * Files that cannot be used are skipped and named in the result.
 *
 * @throws NoUsablePhotoError when nothing is left, and what `photoFolder` throws.
 */
export async function loadPhotos(
  folder: PhotoFolder | string | URL,
  options: LoadPhotosOptions = {},
): Promise<LoadedPhotos> {
  const { limit = Number.POSITIVE_INFINITY, minimumSize = 1, maximumPixels = 1, onProgress, signal } = options;
  for (const [name, value] of Object.entries({ limit, minimumSize, maximumPixels }))
    if (!(value >= 1)) throw new OptionError(`${name} is ${value}.`, { value, remedy: 'Give a number of at least 1.' });
  const listed = typeof folder === 'string' || folder instanceof URL ? await photoFolder(folder) : folder;
  const { path, photos: files } = listed;
  const photos: Photo[] = [];
  const skipped: SkippedFile[] = unreadable(listed);
  for (let start = 0; start < files.length && photos.length < limit; start += together) {
    signal?.throwIfAborted();
    const batch = files.slice(start, start + together);
    const results = await Promise.all(batch.map((file) => load(file, options)));
    for (const [index, result] of results.entries()) {
      if (photos.length === limit) break;
      if ('image' in result) photos.push(result);
      else skipped.push(result);
      onProgress?.({ done: start + index + 1, total: files.length, name: result.name });
    }
  }
  if (photos.length === 0) throw noneLeft(path, skipped);
  return { photos, skipped };
}

function noneLeft(path: string, skipped: readonly SkippedFile[]): NoUsablePhotoError {
  const shown = skipped.slice(0, 5).map(({ name, reason }) => `\n  ${name}: ${reason}`);
  const more = skipped.length > 5 ? `\n  and ${skipped.length - 5} more` : '';
  return new NoUsablePhotoError(
    `None of the ${skipped.length} images in ${path} can be used:${shown.join('')}${more}`,
    {
      path,
      remedy: 'Add sound photographs that are large enough, or use smaller patches.',
    },
  );
}
