import { stat } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import { type PhotoFile, photoFolder } from '@deflow/datasets/node';
import { UsageError } from '../errors.ts';

/**
 * A picture, or the pictures of a folder, nested ones too; those in `to`, results of an earlier call, are left out.
 *
 * @throws UsageError when nothing else is there, and what `photoFolder` throws.
 */
export async function pictureFiles(path: string, to: string): Promise<readonly PhotoFile[]> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return [{ name: basename(path), path }];
  const { photos } = await photoFolder(path);
  const results = resolve(to) + sep;
  if (results === resolve(path) + sep) return photos;
  const files = photos.filter((photo) => !resolve(photo.path).startsWith(results));
  if (files.length > 0) return files;
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
