import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { UsageError } from './usage-error.ts';

/** A picture to enlarge and where the result goes. */
export interface Work {
  readonly input: string;
  readonly output: string;
}

const isPicture = (path: string) => /\.(png|jpe?g|webp|tiff?)$/i.test(path);
const kindOf = async (path: string) => {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
};

/** All pictures that `inputs`, files and folders, name, with the files that they become. @throws UsageError */
export async function findWork(inputs: readonly string[], out: string): Promise<Work[]> {
  const pictures: string[] = [];
  for (const input of inputs) {
    const kind = await kindOf(input);
    if (!kind) throw new UsageError(`There is no file or folder ${input}.`);
    if (kind === 'file') pictures.push(input);
    else {
      const names = (await readdir(input)).filter(isPicture).sort();
      if (names.length === 0) throw new UsageError(`The folder ${input} holds no PNG, JPEG, WebP or TIFF picture.`);
      pictures.push(...names.map((name) => join(input, name)));
    }
  }
  const [only, ...others] = pictures;
  if (isPicture(out) && (await kindOf(out)) !== 'folder') {
    if (others.length > 0) throw new UsageError(`${pictures.length} pictures cannot all become ${out}: give a folder.`);
    return [{ input: only!, output: out }];
  }
  // PNG, so that nothing is lost again.
  const work = pictures.map((input) => ({ input, output: join(out, `${parse(input).name}.png`) }));
  const twice = work.find(({ output }, index) => work.findIndex((other) => other.output === output) !== index);
  if (twice) throw new UsageError(`Two pictures would become ${twice.output}: rename one of them.`);
  const itself = work.find(({ input, output }) => resolve(input) === resolve(output));
  if (itself) throw new UsageError(`${itself.input} would be overwritten: choose another folder.`);
  await mkdir(out, { recursive: true });
  return work;
}
