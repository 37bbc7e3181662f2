import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from '@deflow/images';
import { CacheError, type SkippedFile } from '../../errors.ts';
import { shortList } from '../../listing.ts';
import { type CacheManifest, fromTiles } from './layout.ts';
import { isIntact, readManifest } from './records.ts';

/** Where the samples of one image lie. */
export interface CachedImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  /** File name inside the cache folder, and the first byte there. */
  readonly pack: string;
  readonly offset: number;
  /** CRC-32 of the samples. */
  readonly crc32: number;
}

/** Images of a cache at one scale: plain data, what a loader takes. */
export interface CachedImages {
  readonly folder: string;
  readonly scale: number;
  readonly tile: number;
  readonly images: readonly CachedImage[];
}

export interface ChooseImagesOptions {
  /** Default: the smallest stored scale. */
  readonly scale?: number;
  /** Which ones, in this order, such as one side of `splitByName(cache.names, ...)`; default all. */
  readonly names?: readonly string[];
}

/** Prepared images: see `prepareImages`. Holds no file open. */
export interface ImageCache {
  readonly folder: string;
  readonly names: readonly string[];
  readonly scales: readonly number[];
  /** Files that were left out of the preparation, with `onCorrupt: 'skip'`. */
  readonly skipped: readonly SkippedFile[];
  /** SHA-256 over settings, names and the hashes of all sources: the same for the same pictures on every machine. */
  readonly digest: string;
  readonly manifest: CacheManifest;
  /** @throws CacheError for a scale or name that is not there. */
  images(options?: ChooseImagesOptions): CachedImages;
  /** One whole image, as it was stored. */
  read(name: string, options?: { readonly scale?: number }): Promise<Image<Uint8Array | Uint16Array>>;
  /** Reads everything and compares check sums. @throws CacheError naming the damaged images. */
  verify(): Promise<void>;
}

/**
 * Opens a cache that `prepareImages` completed.
 *
 * @throws CacheError when there is none, or a part of it is missing.
 */
export async function openCache(path: string | URL): Promise<ImageCache> {
  const folder = typeof path === 'string' ? path : fileURLToPath(path);
  const manifest = await readManifest(folder);
  if (!manifest)
    throw new CacheError(`There is no complete cache of images in ${folder}.`, {
      path: folder,
      remedy: 'Make it with prepareImages; one that was interrupted goes on where it was.',
    });
  await checkPacks(folder, manifest);
  const byName = new Map(manifest.entries.map((entry) => [entry.name, entry]));
  const { scales, tile } = manifest.settings;

  const images = ({ scale = scales[0]!, names }: ChooseImagesOptions = {}): CachedImages => {
    if (!scales.includes(scale))
      throw new CacheError(`The cache ${folder} has no scale ${scale}, only ${scales.join(', ')}.`, {
        path: folder,
        value: scale,
        remedy: `Prepare it with scales: [${[...scales, scale].join(', ')}].`,
      });
    const missing = (names ?? []).filter((name) => !byName.has(name));
    if (missing.length > 0)
      throw new CacheError(`Not in the cache ${folder}:${shortList(missing)}`, {
        path: folder,
        value: missing,
        remedy: 'Take names from cache.names.',
      });
    const entries = names ? names.map((name) => byName.get(name)!) : manifest.entries;
    const chosen = entries.map(({ name, pack, stored }) => {
      const { width, height, bits, offset, crc32 } = stored.find((each) => each.scale === scale)!;
      return { name, width, height, bits, pack, offset, crc32 };
    });
    return { folder, scale, tile, images: chosen };
  };

  return {
    folder,
    manifest,
    names: manifest.entries.map(({ name }) => name),
    scales,
    skipped: manifest.skipped,
    digest: digestOf(manifest),
    images,
    read: (name, options) => readCachedImage(images({ ...options, names: [name] })),
    verify: () => verify(folder, manifest),
  };
}

function digestOf({ settings, entries }: CacheManifest): string {
  const content = entries.map(({ name, source }) => [name.normalize('NFC'), source.sha256]);
  return createHash('sha256')
    .update(JSON.stringify([settings, content]))
    .digest('hex');
}

const damaged = (folder: string, problem: string): CacheError =>
  new CacheError(`The cache ${folder} is damaged: ${problem}`, {
    path: folder,
    remedy: 'Prepare it again with prepareImages; delete the folder first if the damage stays.',
  });

async function checkPacks(folder: string, { entries }: CacheManifest): Promise<void> {
  const ends = new Map<string, number>();
  for (const { pack, stored } of entries)
    for (const { offset, bytes } of stored) ends.set(pack, Math.max(ends.get(pack) ?? 0, offset + bytes));
  for (const [pack, end] of ends) {
    const size = await stat(join(folder, pack)).then(
      (status) => status.size,
      () => undefined,
    );
    if (size === undefined) throw damaged(folder, `${pack} is missing.`);
    if (size < end) throw damaged(folder, `${pack} holds ${size} of ${end} bytes.`);
  }
}

async function verify(folder: string, { entries }: CacheManifest): Promise<void> {
  const wrong: string[] = [];
  for (const pack of new Set(entries.map((entry) => entry.pack))) {
    const file = await open(join(folder, pack));
    try {
      for (const entry of entries) if (entry.pack === pack && !(await isIntact(file, entry))) wrong.push(entry.name);
    } finally {
      await file.close();
    }
  }
  if (wrong.length > 0) throw damaged(folder, `the samples of these images have changed:${shortList(wrong)}`);
}

async function readCachedImage({ folder, tile, images }: CachedImages): Promise<Image<Uint8Array | Uint16Array>> {
  const { name, width, height, bits, pack, offset } = images[0]!;
  const tiles = new (bits === 16 ? Uint16Array : Uint8Array)(width * height * 3);
  const bytes = new Uint8Array(tiles.buffer);
  const file = await open(join(folder, pack));
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    if (bytesRead < bytes.length) throw damaged(folder, `${name} ends early.`);
  } finally {
    await file.close();
  }
  return { width, height, channels: 3, data: fromTiles<Uint8Array | Uint16Array>(tiles, width, height, tile) };
}
