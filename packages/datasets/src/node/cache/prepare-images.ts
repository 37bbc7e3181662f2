import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionError, type Rounding } from '@deflow/images';
import { writeFileAtomically } from '@deflow/images/node';
import {
  type CacheError,
  CorruptImagesError,
  NoUsablePhotoError,
  PhotoFolderError,
  type SkippedFile,
} from '../../errors.ts';
import { shortList } from '../../listing.ts';
import { type PhotoFile, type PhotoFolder, photoFolder, unreadable } from '../photo-folder.ts';
import { withFolderLock } from './cache-lock.ts';
import { type ImageCache, openCache } from './image-cache.ts';
import { type CacheEntry, type CacheManifest, type CacheSettings, manifestName } from './layout.ts';
import { readSource, reasonOf, tiledScales } from './make-entry.ts';
import { cacheWriteError, isJournal, isPack, PackWriter } from './pack-writer.ts';
import { settingsKey, usableEntries } from './records.ts';

export interface PreparationProgress {
  readonly done: number;
  readonly total: number;
  readonly name: string;
  /** `kept` when the cache had it already. */
  readonly outcome: 'prepared' | 'kept' | 'skipped';
}

export interface PrepareImagesOptions {
  /** The folder of images, or one listed by `photoFolder`. It is only read. */
  readonly from: PhotoFolder | string | URL;
  /** The folder of the cache; made when it is not there. */
  readonly to: string | URL;
  /** Names to take, as `photoFolder` lists them; default all. */
  readonly names?: readonly string[];
  /** Bicubic reductions to store, each made from the image itself; 1 is the image; default [1]. */
  readonly scales?: readonly number[];
  /** 8 (default) reduces 16-bit images with rounding; `source` keeps them as uint16. */
  readonly bits?: 8 | 'source';
  /** Ties of the reductions: `half-away` as MATLAB (default), `half-even` as NumPy and the DeFlow of 2021. */
  readonly rounding?: Rounding;
  /** Images are cut at the right and the bottom to multiples of this; default: the largest scale. */
  readonly multiple?: number;
  /** Side of the stored tiles in pixels; default 64. */
  readonly tile?: number;
  /** `throw` (default) names all unusable files in one error, after the others are done; `skip` lists them. */
  readonly onCorrupt?: 'throw' | 'skip';
  readonly onProgress?: (progress: PreparationProgress) => void;
  /** Stops after the image at hand, with the signal's reason; the next call goes on there. */
  readonly signal?: AbortSignal;
}

function settingsOf(options: PrepareImagesOptions): CacheSettings {
  const { scales = [1], bits = 8, rounding = 'half-away', tile = 64 } = options;
  const { multiple = Math.max(1, ...scales) } = options;
  const whole = (value: number) => Number.isInteger(value) && value >= 1;
  if (scales.length === 0 || !scales.every(whole))
    throw new OptionError(`The scales are [${scales.join(', ')}].`, {
      value: scales,
      remedy: 'Give whole numbers such as [1, 4]: 4 makes a quarter of the width and height.',
    });
  for (const [name, value] of Object.entries({ tile, multiple }))
    if (!whole(value)) throw new OptionError(`${name} is ${value}.`, { value, remedy: 'Give a whole number from 1.' });
  if (bits !== 8 && bits !== 'source')
    throw new OptionError(`bits is ${bits}.`, { value: bits, remedy: "Use 8 or 'source'." });
  return { scales: [...new Set(scales)].sort((a, b) => a - b), bits, tile, rounding, multiple };
}

/**
 * Decodes every image of a folder once, reduces it, and stores the samples in tiles, so that a patch costs a few reads
 * in place of a decoded photograph. A second call does only what is new: unchanged are files of the same size and time, or
 * of the same bytes. Any number of processes may prepare the same cache: one works, the others wait and find it done. An
 * interrupted preparation (killed, aborted, disk full) goes on where it was.
 *
 * Images become RGB as `loadPhotos` makes them: upright, sRGB, grey replicated, transparent pixels over white.
 *
 * @throws CorruptImagesError naming all unusable files; NoUsablePhotoError when none is left; CacheWriteError when the disk
 * is full or read-only; PhotoFolderError for unknown names; what `photoFolder` throws.
 */
export async function prepareImages(options: PrepareImagesOptions): Promise<ImageCache> {
  const { from, signal } = options;
  const settings = settingsOf(options);
  const folder = typeof from === 'string' || from instanceof URL ? await photoFolder(from) : from;
  const files = chosen(folder, options.names);
  const to = typeof options.to === 'string' ? options.to : fileURLToPath(options.to);
  await mkdir(to, { recursive: true }).catch((cause) => {
    throw cacheWriteError(to, cause);
  });
  const work = () => prepare({ ...options, folder, files, to, settings });
  await withFolderLock(to, work, signal).catch((error: NodeJS.ErrnoException) => {
    throw error.code && error.syscall ? cacheWriteError(to, error) : error;
  });
  return openCache(to);
}

function chosen({ path, photos }: PhotoFolder, names: readonly string[] | undefined): readonly PhotoFile[] {
  if (names === undefined) return photos;
  const wanted = new Set(names);
  const files = photos.filter(({ name }) => wanted.has(name));
  if (files.length === wanted.size && wanted.size > 0) return files;
  for (const { name } of files) wanted.delete(name);
  throw new PhotoFolderError(
    names.length === 0 ? 'The list of names is empty.' : `Not in ${path}:${shortList([...wanted])}`,
    { path, remedy: 'Give names as photoFolder lists them: paths below the folder, with /.' },
  );
}

interface Preparation extends PrepareImagesOptions {
  readonly folder: PhotoFolder;
  readonly files: readonly PhotoFile[];
  readonly to: string;
  readonly settings: CacheSettings;
}

async function prepare(preparation: Preparation): Promise<void> {
  const { folder, files, names, to, settings, onCorrupt = 'throw', onProgress, signal } = preparation;
  const known = await usableEntries(to, settings);
  const key = settingsKey(settings);
  const writer = new PackWriter(to);
  const entries: CacheEntry[] = [];
  const skipped: SkippedFile[] = names === undefined ? unreadable(folder) : [];
  try {
    // The next file is read and decoded while this one is reduced and written.
    let coming = readSource(files[0]!, known.get(files[0]!.name));
    for (const [index, { name }] of files.entries()) {
      const read = await coming;
      signal?.throwIfAborted();
      const next = files[index + 1];
      if (next) {
        coming = readSource(next, known.get(next.name));
        coming.catch(() => {});
      }
      let outcome: PreparationProgress['outcome'] = 'prepared';
      if (read.kind === 'corrupt') skipped.push({ name, reason: read.reason });
      else if (read.kind === 'fresh') entries.push(read.entry);
      else {
        try {
          const tiled = tiledScales(read.image, settings);
          entries.push(await writer.append({ name, source: read.source }, key, tiled));
        } catch (error) {
          skipped.push({ name, reason: reasonOf(error) });
        }
      }
      if (skipped.at(-1)?.name === name) outcome = 'skipped';
      else if (read.kind === 'fresh') outcome = 'kept';
      onProgress?.({ done: index + 1, total: files.length, name, outcome });
    }
  } finally {
    await writer.close();
  }
  const list = () => shortList(skipped.map(({ name, reason }) => `${name}: ${reason}`));
  if (entries.length === 0)
    throw new NoUsablePhotoError(`None of the ${files.length} images in ${folder.path} can be used:${list()}`, {
      path: folder.path,
      remedy: 'Add sound photographs.',
    });
  if (skipped.length > 0 && onCorrupt === 'throw')
    throw new CorruptImagesError(
      `${skipped.length} of ${files.length} images in ${folder.path} cannot be used:${list()}`,
      {
        files: skipped,
        path: folder.path,
        remedy: "Replace or remove them, or pass onCorrupt: 'skip'. The others are prepared already.",
      },
    );
  await finish(to, { format: 'deflow-image-cache', version: 1, settings, entries, skipped });
}

/** Writes the manifest and removes what it does not name. */
async function finish(to: string, manifest: CacheManifest): Promise<void> {
  const path = join(to, manifestName);
  await writeFileAtomically(path, new TextEncoder().encode(`${JSON.stringify(manifest)}\n`)).catch(
    (error: CacheError) => {
      throw cacheWriteError(to, error.cause ?? error);
    },
  );
  const used = new Set(manifest.entries.map(({ pack }) => pack));
  for (const file of await readdir(to))
    if (isJournal(file) || (isPack(file) && !used.has(file))) await rm(join(to, file), { force: true });
}
