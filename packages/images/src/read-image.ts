import { readFile } from 'node:fs/promises';
import { decodeImage, openImage } from './decode-image.ts';
import { fileError, pathOf } from './file-errors.ts';
import type { Image } from './image.ts';

/** What the header of an image file says. */
export interface ImageInfo {
  /** Size as `readImage` gives it, the EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha, as `readImage` gives them. */
  readonly channels: Image['channels'];
  readonly bits: 8 | 16;
  readonly format: 'png' | 'jpeg' | 'webp' | 'tiff';
  /** EXIF orientation, 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** The name of the embedded colour profile. */
  readonly profile: string | undefined;
}

const bytesOf = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((cause) => {
    throw fileError(path, cause);
  });

/**
 * Reads a PNG, JPEG, WebP or TIFF file; see `decodeImage` for what happens to bits, colours and orientation.
 *
 * @throws ImageFileError when the file is missing, a folder or may not be read; ImageFormatError when its content is no
 * picture, a damaged or cut off one, or of another kind.
 */
export async function readImage(path: string | URL): Promise<Image<Uint8Array | Uint16Array>> {
  const file = pathOf(path);
  return decodeImage(await bytesOf(file), file);
}

/** Reads what the header of an image file says; the samples are not decoded. Throws as `readImage` does. */
export async function readImageInfo(path: string | URL): Promise<ImageInfo> {
  const file = pathOf(path);
  const { metadata, bits, grey, profile } = await openImage(await bytesOf(file), file);
  const { autoOrient, hasAlpha, format, orientation = 1 } = metadata;
  return {
    width: autoOrient.width,
    height: autoOrient.height,
    channels: ((grey ? 1 : 3) + (hasAlpha ? 1 : 0)) as Image['channels'],
    bits,
    format: format as ImageInfo['format'],
    orientation,
    profile,
  };
}
