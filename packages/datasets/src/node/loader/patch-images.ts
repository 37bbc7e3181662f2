import { join } from 'node:path';
import { checkImage, type Image, OptionError, toRgb } from '@deflow/images';
import { SmallImagesError } from '../../errors.ts';
import { shortList } from '../../listing.ts';
import type { CachedImages } from '../cache/image-cache.ts';
import type { CutterSource } from './patch-cutter.ts';

/** What patches are cut out of: images of a cache (`cache.images()`), or decoded ones. */
export type PatchImages = CachedImages | readonly Image<Uint8Array | Uint16Array>[];

export const isCached = (images: PatchImages): images is CachedImages => 'folder' in images;

/** A name, for messages, and a size for each image. */
export interface NamedSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

export const sizesOf = (images: PatchImages): readonly NamedSize[] =>
  isCached(images)
    ? images.images
    : images.map(({ width, height }, index) => ({ name: `image ${index}`, width, height }));

/** What tells one choice of images from another, wherever they lie. */
export const identityOf = (images: PatchImages): unknown =>
  isCached(images)
    ? images.images.map(({ name, width, height, bits, crc32 }) => [name, width, height, bits, crc32])
    : images.map(({ width, height, channels }) => [width, height, channels]);

/** Larger than any image: one tile holds it all, row by row. */
const wholeImage = 2 ** 30;

/** `shared` copies decoded images to memory that workers see, too. */
export function cutterSource(images: PatchImages, shared: boolean): CutterSource {
  if (isCached(images)) {
    const packs = [...new Set(images.images.map(({ pack }) => pack))];
    return {
      tile: images.tile,
      files: packs.map((pack) => join(images.folder, pack)),
      images: images.images.map(({ pack, offset, width, height, bits }) => ({
        file: packs.indexOf(pack),
        offset,
        width,
        height,
        bits,
      })),
    };
  }
  const rgb = images.map((image) => {
    checkImage(image);
    if (!(image.data instanceof Uint8Array || image.data instanceof Uint16Array))
      throw new OptionError('Patches are cut out of 8-bit and 16-bit images.', {
        value: (image.data as Float32Array).constructor.name,
        remedy: 'Convert them with toUint8 or toUint16.',
      });
    return toRgb(image);
  });
  return {
    tile: wholeImage,
    files: rgb.map(({ data }) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      if (!shared) return bytes;
      const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
      copy.set(bytes);
      return copy;
    }),
    images: rgb.map(({ width, height, data }, file) => ({
      file,
      offset: 0,
      width,
      height,
      bits: data instanceof Uint16Array ? 16 : 8,
    })),
  };
}

/** The indices of images that hold a patch. @throws SmallImagesError for others, unless they are skipped; or for none. */
export function usableImages(
  sizes: readonly NamedSize[],
  size: number,
  { onSmall, kind }: { onSmall: 'throw' | 'skip'; kind: string },
): number[] {
  const fits = ({ width, height }: NamedSize) => width >= size && height >= size;
  const usable = sizes.flatMap((image, index) => (fits(image) ? [index] : []));
  if (usable.length > 0 && (usable.length === sizes.length || onSmall === 'skip')) return usable;
  const small = sizes.filter((image) => !fits(image));
  const list = small.map(({ name, width, height }) => `${name}: ${width} x ${height}`);
  throw new SmallImagesError(
    sizes.length === 0
      ? `There are no ${kind} images.`
      : `${small.length} of ${sizes.length} ${kind} images are smaller than a patch of ${size} x ${size}; ${usable.length} can be used:${shortList(list)}`,
    {
      usable: usable.length,
      value: size,
      remedy:
        usable.length > 0 ? "Use smaller patches, or pass onSmall: 'skip'." : 'Use smaller patches or larger images.',
    },
  );
}
