import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionError } from '@deflow/images';
import { MissingSetError } from '../../errors.ts';
import { shortList } from '../../listing.ts';
import { layoutOf, layouts, type NamedSetName, type SetKind, type SetPart, type SetSplit } from './layouts.ts';

/** A part that is there. */
export interface FoundSetPart extends SetPart {
  /** Where its images are: the folder itself, or `1x` in it once DeFlow's script has run. */
  readonly path: string;
}

export interface NamedSet {
  readonly name: NamedSetName;
  readonly root: string;
  readonly parts: readonly FoundSetPart[];
  readonly missing: readonly SetPart[];
  /**
   * The parts that fit: of RealSR one for each camera, of the others one.
   *
   * @throws MissingSetError when there is none, naming what was expected and what is there.
   */
  part(wanted: { readonly split: SetSplit; readonly kind: SetKind; readonly scale?: number }): readonly FoundSetPart[];
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );

async function missingError(problem: string, root: string, expected: readonly string[]): Promise<MissingSetError> {
  const there = await readdir(root).catch(() => undefined);
  const found = there?.length ? `There are:${shortList(there, 20)}` : there ? 'It is empty.' : 'It does not exist.';
  return new MissingSetError(`${problem} Expected in ${root}:${shortList(expected, 20)}\n${found}`, {
    path: root,
    value: expected,
    remedy: 'Unpack the archives there, or give the folder that they were unpacked to.',
  });
}

/**
 * The folders of a published set, as its archives or DeFlow's scripts lay them out. Nothing is downloaded; a part that was
 * not unpacked is only missed when it is asked for.
 *
 * @param root the set's own folder, or the one that holds it.
 * @throws MissingSetError when none of its parts is there; OptionError for an unknown name.
 */
export async function namedSet(name: NamedSetName, root: string | URL): Promise<NamedSet> {
  if (!Object.hasOwn(layouts, name))
    throw new OptionError(`There is no set ${name}.`, {
      value: name,
      remedy: `Use ${Object.keys(layouts).join(', ')}.`,
    });
  const { folder, parts } = layoutOf(name);
  const given = typeof root === 'string' ? root : fileURLToPath(root);
  const inside = join(given, folder);
  const base = (await isFolder(inside)) ? inside : given;
  const found: FoundSetPart[] = [];
  const missing: SetPart[] = [];
  for (const part of parts) {
    const path = join(base, ...part.folder.split('/'));
    if (await isFolder(path)) {
      const original = join(path, '1x');
      found.push({ ...part, path: (await isFolder(original)) ? original : path });
    } else missing.push(part);
  }
  const foldersOf = (list: readonly SetPart[]) => [...new Set(list.map((part) => part.folder))];
  if (found.length === 0) throw await missingError(`There is no ${name}.`, base, foldersOf(parts));

  return {
    name,
    root: base,
    parts: found,
    missing,
    part: ({ split, kind, scale }) => {
      const fits = (part: SetPart) =>
        part.split === split &&
        part.kind === kind &&
        (scale === undefined || part.scale === undefined || part.scale === scale);
      const fitting = found.filter(fits);
      if (fitting.length > 0) return fitting;
      const expected = foldersOf(missing.filter(fits));
      const what = `${split} ${kind}${scale ? ` at scale ${scale}` : ''}`;
      throw new MissingSetError(
        expected.length > 0
          ? `The part ${what} of ${name} is not in ${base}. Expected:${shortList(expected)}\nThere are:${shortList(foldersOf(found), 20)}`
          : `${name} has no part ${what}.`,
        { path: base, value: { split, kind, scale }, remedy: 'Unpack it there, or ask for another part.' },
      );
    },
  };
}
