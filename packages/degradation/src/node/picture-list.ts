import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve, sep } from 'node:path';
import { FolderError } from '../errors.ts';

/** A picture to translate. */
export interface PictureFile {
  /** Path below the folder, with `/` on every system: results take it over, and the random numbers follow from it. */
  readonly name: string;
  readonly path: string;
}

const endings = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'];
const collator = new Intl.Collator('en', { numeric: true });

async function look(folder: string, prefix: string, found: PictureFile[], except: string): Promise<void> {
  if (resolve(folder) === except) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => entry) : entry;
    // Links to folders could lead in circles.
    if (entry.isDirectory()) await look(path, `${prefix}${entry.name}/`, found, except);
    else if (kind.isFile() && endings.includes(extname(path).toLowerCase()))
      found.push({ name: prefix + entry.name, path });
  }
}

/**
 * The PNG, JPEG, WebP and TIFF files below a folder in natural order (2 before 10), or the one file that `from` is. Results of an
 * earlier call in `to` are none of them. @throws FolderError
 */
export async function pictureList(from: string, to: string): Promise<PictureFile[]> {
  const found: PictureFile[] = [];
  const inside = `${resolve(to)}${sep}`.startsWith(`${resolve(from)}${sep}`) && resolve(to) !== resolve(from);
  try {
    if ((await stat(from)).isFile()) return [{ name: basename(from), path: from }];
    await look(from, '', found, inside ? resolve(to) : '');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new FolderError(`${from} ${missing ? 'does not exist' : 'may not be read'}.`, {
      value: from,
      cause,
      remedy: 'Check the path; a relative one starts at the folder where the program was started.',
    });
  }
  if (found.length > 0) return found.sort((a, b) => collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
  throw new FolderError(`${from} holds no picture.`, {
    value: from,
    remedy: `Put pictures into it: ${endings.join(', ')}.`,
  });
}

const withoutEnding = (name: string) => name.slice(0, name.length - extname(name).length);

/**
 * The files that hold the results of each picture: `a/b.jpg` gives `a/b.png`, or `a/b-1.png`, `a/b-2.png` and so on. Pictures that
 * differ in their endings only keep them: `a/b.jpg.png`. @throws FolderError when a result would replace a picture.
 */
export function resultPaths(pictures: readonly PictureFile[], to: string, samples: number): string[][] {
  // Some file systems take upper and lower case for the same.
  const key = (name: string) => withoutEnding(name).normalize('NFC').toLowerCase();
  const counts = new Map<string, number>();
  for (const { name } of pictures) counts.set(key(name), (counts.get(key(name)) ?? 0) + 1);
  const sources = new Set(pictures.map(({ path }) => resolve(path)));
  return pictures.map(({ name }) =>
    Array.from({ length: samples }, (_, index) => {
      const stem = counts.get(key(name)) === 1 ? withoutEnding(name) : name;
      const path = join(to, `${stem}${samples > 1 ? `-${index + 1}` : ''}.png`);
      if (!sources.has(resolve(path))) return path;
      throw new FolderError(`${path} is one of the pictures; its result would take its place.`, {
        value: path,
        remedy: 'Choose another folder for the results.',
      });
    }),
  );
}
