import sharp, { type Metadata } from 'sharp';
import { ImageFormatError } from './errors.ts';
import { announcedFormat } from './file-signature.ts';
import { iccProfileName } from './icc-profile.ts';
import type { Image } from './image.ts';
import { damagedPngChunk } from './png-integrity.ts';

const readable: readonly string[] = ['png', 'jpeg', 'webp', 'tiff'];

interface Opened {
  readonly metadata: Metadata;
  readonly bits: 8 | 16;
  readonly grey: boolean;
  readonly profile: string | undefined;
}

/** Looks at the header and throws the fitting `ImageFormatError` for everything that `decodeImage` cannot read. */
export async function openImage(bytes: Uint8Array, path: string | undefined): Promise<Opened> {
  const name = path ?? 'The image';
  const fail = (problem: string, remedy: string, cause?: unknown) =>
    new ImageFormatError(`${name} ${problem}.`, { path, remedy, cause });
  if (bytes.length === 0) throw fail('is empty', 'Copy the file again: it holds 0 bytes.');
  const metadata = await sharp(bytes)
    .metadata()
    .catch((cause: Error) => {
      if (!announcedFormat(bytes))
        throw fail('is no image of a known kind', 'Give a PNG, JPEG, WebP or TIFF file.', cause);
      throw fail(
        `is damaged or incomplete: ${cause.message.split('\n')[0]}`,
        'Copy or download the file again.',
        cause,
      );
    });
  const { format, depth, space, icc } = metadata;
  if (!readable.includes(format ?? ''))
    throw fail(`is a ${format} file`, 'Convert it to PNG, JPEG, WebP or TIFF first.');
  if (depth !== 'uchar' && depth !== 'ushort')
    throw fail(`holds samples of type ${depth}`, 'Save it with 8 or 16 bits per channel.');
  const damaged = format === 'png' ? damagedPngChunk(bytes) : undefined;
  if (damaged)
    throw fail(`is damaged: its ${damaged} chunk is incomplete or changed`, 'Copy or download the file again.');
  return {
    metadata,
    bits: depth === 'ushort' ? 16 : 8,
    grey: space === 'b-w' || space === 'grey16',
    profile: icc ? (iccProfileName(icc) ?? 'unnamed') : undefined,
  };
}

/** Of pixels with `stored` samples each (grey replicated) keeps the first and, for two channels, the last: alpha. */
function keepGrey<Data extends Uint8Array | Uint16Array>(from: Data, stored: number, to: Data, channels: number): Data {
  for (let pixel = 0; pixel < from.length / stored; pixel++) {
    to[pixel * channels] = from[pixel * stored]!;
    if (channels === 2) to[pixel * 2 + 1] = from[(pixel + 1) * stored - 1]!;
  }
  return to;
}

/**
 * Decodes a PNG, JPEG, WebP or TIFF file: 8 bits give a Uint8Array, 16 bits a Uint16Array; grey, grey and alpha, RGB, RGB
 * and alpha are kept as they are (WebP knows only RGB).
 *
 * Colours come out as sRGB: an embedded RGB or CMYK profile is converted to it (perceptual intent); profiles that call
 * themselves sRGB, profiles of grey images, and files without a profile leave the samples untouched, bit for bit.
 * CMYK without a profile is converted with a common default one. The EXIF orientation is applied. Of an animation or a multi-page file the
 * first page is taken. Palettes and 1, 2, 4 bit samples become 8 bit.
 *
 * @param path only named in errors.
 * @throws ImageFormatError when the bytes are no picture, a damaged or cut off one, or of a kind that is not read.
 */
export async function decodeImage(bytes: Uint8Array, path?: string): Promise<Image<Uint8Array | Uint16Array>> {
  const { metadata, bits, grey, profile } = await openImage(bytes, path);
  const ignoreIcc = grey || /sRGB/i.test(profile ?? '');
  const { data, info } = await sharp(bytes, { failOn: 'warning', ignoreIcc })
    .autoOrient()
    .toColourspace(bits === 16 ? 'rgb16' : 'srgb')
    .raw({ depth: bits === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: Error) => {
      throw new ImageFormatError(`${path ?? 'The image'} is damaged or incomplete: ${cause.message.split('\n')[0]}.`, {
        path,
        cause,
        remedy: 'Copy or download the file again.',
      });
    });
  const { width, height } = info;
  const stored = info.channels;
  const channels = (grey ? (metadata.hasAlpha ? 2 : 1) : stored) as Image['channels'];
  const samples =
    bits === 16
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (!grey) return { width, height, channels, data: samples };
  const kept = width * height * channels;
  const picked =
    samples instanceof Uint16Array
      ? keepGrey(samples, stored, new Uint16Array(kept), channels)
      : keepGrey(samples, stored, new Uint8Array(kept), channels);
  return { width, height, channels, data: picked };
}
