import { stat } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import { type PhotoFile, photoFolder, unreadable } from '@deflow/datasets/node';
import { UsageError } from '../errors.ts';

export interface PictureFiles {
  readonly files: readonly PhotoFile[];
  /** Names and reasons of folders inside that may not be read, and of broken links. */
  readonly unreadable: readonly string[];
}

/**
 * A picture, or the pictures of a folder, nested ones too; those in `to`, results of an earlier call, are left out.
 *
 * @throws UsageError when nothing else is there, and what `photoFolder` throws.
 */
export async function pictureFiles(path: string, to: string): Promise<PictureFiles> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return { files: [{ name: basename(path), path }], unreadable: [] };
  const folder = await photoFolder(path);
  const { photos } = folder;
  const failed = unreadable(folder).map(({ name, reason }) => `${name}: ${reason}`);
  const results = resolve(to) + sep;
  if (results === resolve(path) + sep) return { files: photos, unreadable: failed };
  const files = photos.filter((photo) => !resolve(photo.path).startsWith(results));
  if (files.length > 0) return { files, unreadable: failed };
  throw new UsageError(`${path} holds nothing but the results in ${to}.`, {
    remedy: 'Give the folder of the pictures, and another one with --to DIR.',
    value: path,
  });
}

const withoutEnding = (name: string) => name.replace(/\.[^./]+$/, '');

/** Names of results for files: `a/b.jpg` becomes `a/b`, unless there is `a/b.png`, too: then `a/b.jpg`. */
export function resultNames(files: readonly PhotoFile[]): string[] {
  const counts = new Map<string, number>();
  // Some file systems take upper and lower case for the same.
  const key = (name: string) => withoutEnding(name).normalize('NFC').toLowerCase();
  for (const { name } of files) counts.set(key(name), (counts.get(key(name)) ?? 0) + 1);
  return files.map(({ name }) => (counts.get(key(name)) === 1 ? withoutEnding(name) : name));
}
