import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { type PhotoFile, photoFolder } from '@deflow/datasets/node';
import { DeFlowError, type Image } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { workProgress } from '../pipeline/work-progress.ts';
import type { Terminal } from '../terminal.ts';
import { interruptedExitCode, listenForInterruption } from '../training/interruption.ts';

type Read = Image<Uint8Array | Uint16Array>;

/** A picture, or the pictures of a folder, nested ones too. */
export async function pictureFiles(path: string): Promise<readonly PhotoFile[]> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile ? [{ name: basename(path), path } as PhotoFile] : (await photoFolder(path)).photos;
}

export interface EachPictureOptions {
  files: readonly PhotoFile[];
  /** Folder for the results, as PNG under the same names. Pictures that are there already are not made again. */
  to: string;
  terminal: Terminal;
  make(image: Read, name: string, signal: AbortSignal): Promise<readonly Read[]>;
}

/** `a/b.jpg` as `a/b.png`; of several results `a/b-1.png`, `a/b-2.png` and so on. */
const resultName = (name: string, index: number, count: number) =>
  `${name.slice(0, name.length - extname(name).length)}${count > 1 ? `-${index + 1}` : ''}.png`;

/** Makes pictures of pictures, one after the other, and names those that cannot be read. Gives the exit code. */
export async function eachPicture({ files, to, terminal, make }: EachPictureOptions, count = 1): Promise<number> {
  const interruption = listenForInterruption(terminal);
  const { signal } = interruption;
  const progress = workProgress(files.length, 'pictures', terminal);
  const failed: string[] = [];
  let done = 0;
  try {
    for (const { name, path } of files) {
      if (signal.aborted) break;
      const targets = Array.from({ length: count }, (_, index) => join(to, resultName(name, index, count)));
      if (!targets.every((target) => existsSync(target))) {
        try {
          const results = await make(await readImage(path), name, signal);
          await mkdir(dirname(targets[0]!), { recursive: true });
          for (const [index, result] of results.entries()) await writeImage(targets[index]!, result);
        } catch (error) {
          if (signal.aborted) break;
          if (!DeFlowError.isInstance(error)) throw error;
          failed.push(`${name}: ${(error as DeFlowError).message.split('\n')[0]}`);
        }
      }
      progress.update(++done);
    }
  } finally {
    progress.stop();
    interruption.stopListening();
  }
  terminal.line(`${done - failed.length} pictures in ${to}`);
  for (const failure of failed) terminal.complaint(failure);
  if (signal.aborted) {
    terminal.line('Stopped. The same command goes on where it was.');
    return interruptedExitCode;
  }
  return failed.length > 0 ? 1 : 0;
}
