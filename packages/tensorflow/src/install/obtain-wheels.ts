import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WheelFileError } from '../errors.ts';
import { downloadWheels } from './download.ts';
import type { PinnedWheel, WheelSet } from './pinned-wheels.ts';
import type { OnProgress } from './progress.ts';
import { checkWheel, unpackWheel } from './unpack.ts';
import { isWanted } from './wanted-files.ts';

export interface ObtainOptions {
  /** A wheel's file, or a folder that holds some; what is not there comes through pip. */
  readonly wheel?: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The wheel on the user's disk: the named file stands for TensorFlow, whatever it is called. */
function localFile(wheel: string | undefined, pinned: PinnedWheel, isFirst: boolean): string | undefined {
  if (!wheel) return undefined;
  if (!existsSync(wheel)) {
    throw new WheelFileError(`There is no file ${wheel}.`, {
      value: wheel,
      remedy: 'Give the path of a wheel, or of a folder of wheels.',
    });
  }
  if (!statSync(wheel).isDirectory()) return isFirst || basename(wheel) === pinned.fileName ? wheel : undefined;
  const file = join(wheel, pinned.fileName);
  return existsSync(file) ? file : undefined;
}

/** Fetches, checks and unpacks the wheels of a set into `folder`, one after the other: disk space is needed for one wheel at a time. */
export async function obtainWheels(set: WheelSet, folder: string, options: ObtainOptions = {}): Promise<void> {
  const { wheel, onProgress, signal } = options;
  for (const [index, pinned] of set.wheels.entries()) {
    const local = localFile(wheel, pinned, index === 0);
    const downloads = join(folder, '.download');
    if (!local) await downloadWheels([pinned], set.platformTags, downloads, options);
    const file = local ?? join(downloads, pinned.fileName);
    const report = (step: 'check' | 'unpack') => (done: number, total: number) =>
      onProgress?.({ step, name: pinned.fileName, done, total });
    await checkWheel(file, pinned, report('check'), signal);
    await unpackWheel(file, folder, isWanted, report('unpack'), signal);
    await rm(downloads, { recursive: true, force: true });
  }
}
