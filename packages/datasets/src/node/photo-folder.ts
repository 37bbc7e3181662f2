import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmptyFolderError, MissingFolderError, type SkippedFile } from '../errors.ts';

export interface PhotoFile {
  /** Path below the folder, with `/` on every system. */
  readonly name: string;
  readonly path: string;
}

export interface PhotoFolder {
  readonly path: string;
  /** The image files in natural order (2 before 10). */
  readonly photos: readonly PhotoFile[];
  /** Files that are no images by their names, folders that may not be read, broken links. Hidden files are not named. */
  readonly skipped: readonly SkippedFile[];
}

export interface PhotoFolderOptions {
  /** Look into the folders inside, too; default true. */
  readonly recursive?: boolean;
}

const endings = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'];
const collator = new Intl.Collator('en', { numeric: true });
const naturally = (a: { name: string }, b: { name: string }): number =>
  collator.compare(a.name, b.name) || (a.name < b.name ? -1 : Number(a.name > b.name));

interface Found {
  readonly photos: PhotoFile[];
  readonly skipped: SkippedFile[];
  /** Real paths of the folders on the way, so that links in a circle end. */
  readonly visited: Set<string>;
}

const notAnImage = 'no image by its name';

const reasonOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'a link to nothing';
  return code === 'EACCES' || code === 'EPERM' ? 'may not be read' : String(error);
};

async function look(path: string, prefix: string, recursive: boolean, found: Found): Promise<void> {
  const real = await realpath(path);
  if (found.visited.has(real)) return;
  found.visited.add(real);
  for (const entry of await readdir(path)) {
    if (entry.startsWith('.')) continue;
    const file = { name: prefix + entry, path: join(path, entry) };
    try {
      const status = await stat(file.path);
      if (status.isDirectory()) {
        if (recursive) await look(file.path, `${file.name}/`, recursive, found);
      } else if (endings.includes(extname(entry).toLowerCase())) found.photos.push(file);
      else found.skipped.push({ name: file.name, reason: notAnImage });
    } catch (error) {
      found.skipped.push({ name: file.name, reason: reasonOf(error) });
    }
  }
}

/** What was to be looked at and could not be: folders that may not be read, broken links. */
export const unreadable = ({ skipped }: Pick<PhotoFolder, 'skipped'>): SkippedFile[] =>
  skipped.filter(({ reason }) => reason !== notAnImage);

/**
 * Lists the image files of a folder: PNG, JPEG, WebP and TIFF by the endings of their names. Nothing is decoded.
 *
 * @throws MissingFolderError when the folder does not exist, is a file or may not be read; EmptyFolderError when it holds
 * no image file.
 */
export async function photoFolder(
  path: string | URL,
  { recursive = true }: PhotoFolderOptions = {},
): Promise<PhotoFolder> {
  const folder = typeof path === 'string' ? path : fileURLToPath(path);
  const found: Found = { photos: [], skipped: [], visited: new Set() };
  await look(folder, '', recursive, found).catch((cause: NodeJS.ErrnoException) => {
    const problems: Record<string, string> = { ENOENT: 'does not exist', ENOTDIR: 'is a file, not a folder' };
    throw new MissingFolderError(`The folder ${folder} ${problems[cause.code ?? ''] ?? 'may not be read'}.`, {
      path: folder,
      cause,
      remedy:
        cause.code === 'EACCES' || cause.code === 'EPERM'
          ? 'Change its permissions or those of the folders around it, or choose another folder.'
          : 'Check the path; a relative one starts at the folder where the program was started.',
    });
  });
  const photos = found.photos.sort(naturally);
  const skipped = found.skipped.sort(naturally);
  if (photos.length === 0)
    throw new EmptyFolderError(
      skipped.length === 0
        ? `The folder ${folder} is empty.`
        : `The folder ${folder} holds no image, only ${skipped.length} other files, like ${skipped[0]!.name}.`,
      { path: folder, remedy: `Put photographs into it: ${endings.join(', ')}.` },
    );
  return { path: folder, photos, skipped };
}
