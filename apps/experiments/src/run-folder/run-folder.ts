import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { explainWriteError, RunFolderError, remedyOfReading } from '../errors.ts';
import { shellWord } from '../shell-word.ts';

/** Where everything of a run lies. */
export interface RunFolder {
  readonly path: string;
  readonly configuration: string;
  readonly metrics: string;
  readonly checkpoint: string;
  readonly samples: string;
  readonly statistics: string;
  readonly report: string;
  /** The study's own photographs, when no folders were given. */
  readonly photographs: string;
}

const layout = (path: string): RunFolder => ({
  path,
  configuration: join(path, 'config.yaml'),
  metrics: join(path, 'metrics.jsonl'),
  checkpoint: join(path, 'checkpoint.safetensors'),
  samples: join(path, 'samples'),
  statistics: join(path, 'statistics.json'),
  report: join(path, 'report.html'),
  photographs: join(path, 'photographs'),
});

/** `2026-11-23-14-05-09-own-camera`: sorts by time, and says what it is. */
export function runName(label: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())];
  const time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())];
  return [...day, ...time, label].join('-');
}

/**
 * Makes a new run folder and proves that it can be written to.
 *
 * @throws RunFolderError when it holds a run already, or cannot be made or written to.
 */
export async function createRunFolder(path: string): Promise<RunFolder> {
  const folder = layout(resolve(path));
  try {
    await mkdir(folder.samples, { recursive: true });
    const probe = join(folder.path, '.write-test');
    await writeFile(probe, new Uint8Array(4096));
    await rm(probe);
  } catch (error) {
    throw explainWriteError(await trueReason(error, folder.path), folder.path);
  }
  if ((await readdir(folder.path)).includes('config.yaml')) {
    throw new RunFolderError(`${folder.path} holds a run already.`, {
      remedy: `Go on with it by --resume ${shellWord(path)}, or choose another folder with --out.`,
      value: path,
    });
  }
  return folder;
}

/** Making nested folders on a read-only file system ends in ENOENT; what the nearest folder that exists says is the truth. */
async function trueReason(error: unknown, path: string): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  let nearest = dirname(path);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return access(nearest, constants.W_OK).then(
    () => error,
    (reason) => reason,
  );
}

/** Takes a run folder away again in which nothing was written. */
export async function removeIfEmpty({ samples, path }: RunFolder): Promise<void> {
  for (const folder of [samples, path]) await rmdir(folder).catch(() => {});
}

/**
 * Opens the folder of an earlier run to go on with it; one that ended before its first checkpoint begins anew.
 *
 * @throws RunFolderError when it holds no run.
 */
export async function openRunFolder(path: string): Promise<RunFolder> {
  const folder = layout(resolve(path));
  const file = folder.configuration;
  await access(file, constants.R_OK).catch((cause) => {
    const isMissing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
    const problem = isMissing ? 'is missing' : 'may not be read';
    throw new RunFolderError(`There is no run to go on with in ${folder.path}: ${basename(file)} ${problem}.`, {
      remedy: remedyOfReading(
        cause,
        'Give the folder of a run that was stopped, such as one in runs/, or start anew without --resume.',
      ),
      value: path,
      cause,
    });
  });
  await access(folder.path, constants.W_OK).catch((error) => {
    throw explainWriteError(error, folder.path);
  });
  return folder;
}
