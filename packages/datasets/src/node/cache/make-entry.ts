import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { crop, DeFlowError, type Image, ImageFileError, ImageSizeError, resize, toRgb, toUint8 } from '@deflow/images';
import { decodeImage } from '@deflow/images/node';
import type { PhotoFile } from '../photo-folder.ts';
import { type CacheEntry, type CacheSettings, toTiles } from './layout.ts';
import type { TiledImage } from './pack-writer.ts';

type Decoded = Image<Uint8Array | Uint16Array>;

/** What became of a source file: still as the cache knows it, read and decoded, or unusable. */
export type ReadSource =
  | { readonly kind: 'fresh'; readonly entry: CacheEntry }
  | { readonly kind: 'decoded'; readonly source: CacheEntry['source']; readonly image: Decoded }
  | { readonly kind: 'corrupt'; readonly reason: string };

/**
 * Decodes a file unless `known` was made of it: same size and time, or same size and SHA-256.
 * Never throws for what is wrong with the file itself.
 */
export async function readSource(file: PhotoFile, known: CacheEntry | undefined): Promise<ReadSource> {
  try {
    const { size, mtimeMs: modified } = await stat(file.path);
    if (known?.source.bytes === size && known.source.modified === modified) return { kind: 'fresh', entry: known };
    const bytes = await readFile(file.path);
    const source = { bytes: bytes.length, modified, sha256: createHash('sha256').update(bytes).digest('hex') };
    if (known?.source.sha256 === source.sha256) return { kind: 'fresh', entry: { ...known, source } };
    return { kind: 'decoded', source, image: await decodeImage(bytes, file.path) };
  } catch (error) {
    if (DeFlowError.isInstance(error)) return { kind: 'corrupt', reason: error.message.split('\n')[0]! };
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { kind: 'corrupt', reason: code === 'ENOENT' ? 'does not exist any more' : message };
  }
}

/** RGB, cut to a multiple, reduced to every scale and laid out in tiles. @throws ImageSizeError when nothing is left. */
export function tiledScales(decoded: Decoded, settings: CacheSettings): TiledImage[] {
  const { scales, bits, tile, rounding, multiple } = settings;
  const rgb: Decoded = toRgb<Uint8Array | Uint16Array>(bits === 8 ? toUint8(decoded) : decoded);
  const width = rgb.width - (rgb.width % multiple);
  const height = rgb.height - (rgb.height % multiple);
  if (width === 0 || height === 0)
    throw new ImageSizeError(`${rgb.width} x ${rgb.height} is smaller than ${multiple} pixels.`, {
      value: { width: rgb.width, height: rgb.height },
      remedy: 'Leave it out, or use smaller scales.',
    });
  const cut = width === rgb.width && height === rgb.height ? rgb : crop(rgb, { x: 0, y: 0, width, height });
  return scales.map((scale) => {
    const image: Decoded = scale === 1 ? cut : resize<Uint8Array | Uint16Array>(cut, { scale: 1 / scale, rounding });
    return {
      scale,
      width: image.width,
      height: image.height,
      bits: image.data instanceof Uint16Array ? 16 : 8,
      tiles: toTiles<Uint8Array | Uint16Array>(image.data, image.width, image.height, tile),
    };
  });
}

/** The reason to show for an error that concerns one file alone; anything else is thrown on. */
export function reasonOf(error: unknown): string {
  if (DeFlowError.isInstance(error) && !(error instanceof ImageFileError)) return error.message.split('\n')[0]!;
  throw error;
}
