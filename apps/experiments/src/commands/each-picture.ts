import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PhotoFile } from '@deflow/datasets/node';
import { DeFlowError, type Image } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { DiskFullError, explainWriteError, RunFolderError, UsageError } from '../errors.ts';
import { workProgress } from '../pipeline/work-progress.ts';
import type { Terminal } from '../terminal.ts';
import { interruptedExitCode } from '../training/interruption.ts';
import { resultNames } from './picture-files.ts';

export type ReadPicture = Image<Uint8Array | Uint16Array>;

export interface EachPictureOptions {
  files: readonly PhotoFile[];
  /** Names and reasons of what could not be looked at, to be told at the end. */
  unreadable: readonly string[];
  /** Folder for the results, as PNG under the same names. Pictures that are there already are not made again. */
  to: string;
  /** Results of each picture: `a-1.png`, `a-2.png` and so on where there are several. */
  count?: number;
  terminal: Terminal;
  signal: AbortSignal;
  make(image: ReadPicture, name: string): Promise<readonly ReadPicture[]>;
}

/** Makes pictures of pictures, one after the other, and names those that cannot be read. Gives the exit code. */
export async function eachPicture({
  files,
  unreadable,
  to,
  count = 1,
  terminal,
  signal,
  make,
}: EachPictureOptions): Promise<number> {
  const targets = targetsOf(files, to, count);
  const progress = workProgress(files.length, 'pictures', terminal);
  const failed: string[] = [...unreadable];
  const sum = { made: 0, before: 0 };
  try {
    for (const [index, { name, path }] of files.entries()) {
      if (signal.aborted) break;
      const results = targets[index]!;
      if (results.every((target) => existsSync(target))) sum.before++;
      else {
        try {
          await write(results, await make(await readImage(path), name));
          sum.made++;
        } catch (error) {
          if (signal.aborted) break;
          if (!DeFlowError.isInstance(error) || error instanceof RunFolderError) throw error;
          failed.push(`${name}: ${(error as DeFlowError).message.split('\n')[0]}`);
        }
      }
      progress.update(index + 1);
    }
  } finally {
    progress.stop();
  }
  return reportPictures({ ...sum, failed, total: files.length }, to, { terminal, signal });
}

export interface PicturesDone {
  readonly made: number;
  /** Were there before. */
  readonly before: number;
  /** Names and reasons. */
  readonly failed: readonly string[];
  readonly total: number;
}

/** Says what became of all pictures. Gives the exit code. */
export function reportPictures(
  { made, before, failed, total }: PicturesDone,
  to: string,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): number {
  const rest = before > 0 ? `; ${before} were there before` : '';
  terminal.line(`${pictures(made)} written to ${to}${rest}`);
  if (failed.length > 0) terminal.complaint(failed.join('\n'));
  if (signal.aborted) {
    terminal.line(`Stopped after ${made + before} of ${pictures(total)}. The same command goes on where it was.`);
    return interruptedExitCode;
  }
  return failed.length > 0 ? 1 : 0;
}

const pictures = (count: number) => `${count} picture${count === 1 ? '' : 's'}`;

/** Where the results of each file go. @throws UsageError when one would take the place of a picture. */
function targetsOf(files: readonly PhotoFile[], to: string, count: number): string[][] {
  const sources = new Set(files.map(({ path }) => resolve(path)));
  return resultNames(files).map((name) =>
    Array.from({ length: count }, (_, index) => {
      const target = join(to, `${name}${count > 1 ? `-${index + 1}` : ''}.png`);
      if (!sources.has(resolve(target))) return target;
      throw new UsageError(`${target} is one of the pictures; its result would take its place.`, {
        remedy: 'Choose another folder for the results with --to DIR.',
        value: to,
      });
    }),
  );
}

async function write(targets: readonly string[], results: readonly ReadPicture[]): Promise<void> {
  const folder = dirname(targets[0]!);
  try {
    await mkdir(folder, { recursive: true });
    for (const [index, result] of results.entries()) await writeImage(targets[index]!, result);
  } catch (error) {
    throw explainResultError(error, folder);
  }
}

/** What to throw when a result cannot be written into `folder`. */
export function explainResultError(error: unknown, folder: string): unknown {
  const whenFull = 'Free some space and give the same command again: pictures that are there are not made again.';
  const explained = explainWriteError(error, folder, whenFull);
  if (explained instanceof DiskFullError || !DeFlowError.isInstance(explained)) return explained;
  return new RunFolderError((explained as DeFlowError).message.split('\n')[0]!, {
    remedy: 'Choose another folder for the results with --to DIR.',
    value: folder,
    cause: error,
  });
}
