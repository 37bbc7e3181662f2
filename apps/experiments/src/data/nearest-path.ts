import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { nearest } from '../configuration/nearest.ts';

const shownEntries = 5;

/** For a path that leads nowhere: what was probably meant, or what there is where it leaves the known. */
export async function nearestPath(path: string): Promise<string> {
  let known = resolve(path);
  let entries: readonly string[] | undefined;
  do {
    known = dirname(known);
    entries = await readdir(known).catch(() => undefined);
  } while (entries === undefined && known !== dirname(known));
  const visible = (entries ?? []).filter((name) => !name.startsWith('.'));
  const [wrong = '', ...rest] = relative(known, resolve(path)).split(sep);
  const meant = nearest(wrong, visible);
  if (meant !== undefined) {
    const whole = join(known, meant, ...rest);
    const isThere = await readdir(whole).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR',
    );
    return `Did you mean ${isThere ? whole : join(known, meant)}?`;
  }
  if (visible.length === 0) return `The nearest folder that exists is ${known}; it is empty.`;
  const more = visible.length > shownEntries ? ` and ${visible.length - shownEntries} more` : '';
  return `The nearest folder that exists is ${known}; it holds ${visible.slice(0, shownEntries).join(', ')}${more}.`;
}
