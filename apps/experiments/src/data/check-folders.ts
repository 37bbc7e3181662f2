import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PhotographsError } from '../errors.ts';

/** Folders that a command reads or writes, by the options that name them. */
export interface NamedFolders {
  /** Only read. */
  readonly from: Readonly<Record<string, string | null | undefined>>;
  /** Written to. */
  readonly out: string;
}

/**
 * Refuses folders of photographs that are the same or lie in each other, and results that would lie among photographs.
 *
 * @throws PhotographsError
 */
export async function checkFolders({ from, out }: NamedFolders): Promise<void> {
  const given = Object.entries(from).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const folders = await Promise.all(
    given.map(async ([option, path]) => ({ option, path, real: await realPath(path) })),
  );
  for (const [index, one] of folders.entries()) {
    for (const other of folders.slice(index + 1)) {
      if (one.real === other.real) throw sameFolder(one.option, other.option, one.path);
      const [inner, outer] = lies(one.real, other.real) ? [one, other] : [other, one];
      if (lies(inner.real, outer.real)) throw nested(inner, outer);
    }
  }
  const results = await realPath(out);
  const around = folders.find(({ real }) => results === real || lies(results, real));
  if (around === undefined) return;
  throw new PhotographsError(`The results in ${resolve(out)} would lie among the photographs of --${around.option}.`, {
    remedy: 'Choose a folder outside of it with --out DIR: the next run would take them for photographs.',
    value: out,
  });
}

const lies = (inner: string, outer: string) => inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);

/** Links resolved, as far as the path exists. */
async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  const parent = dirname(whole);
  return realpath(whole).catch(async () =>
    parent === whole ? whole : join(await realPath(parent), relative(parent, whole)),
  );
}

const sameFolder = (one: string, other: string, path: string) =>
  new PhotographsError(`--${one} and --${other} are the same folder, ${path}.`, {
    remedy: `Give two folders: what is learned is what separates the one from the other.`,
    value: path,
  });

const nested = (inner: { option: string; path: string }, outer: { option: string; path: string }) =>
  new PhotographsError(
    `${inner.path} (--${inner.option}) lies in ${outer.path} (--${outer.option}), so its pictures would count as both.`,
    { remedy: 'Give two folders side by side.', value: [inner.path, outer.path] },
  );
