import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull, writing } from './file-errors.ts';
import { installationFolder, tensorflowVersion, type Variant } from './layout.ts';
import { withLock } from './lock.ts';
import { type ObtainOptions, obtainWheels } from './obtain-wheels.ts';
import type { WheelSet } from './pinned-wheels.ts';

const incoming = '.incoming-';
const abandonedMilliseconds = 6 * 3600_000;

/** Removes what interrupted installations left: folders whose process is gone, or that are hours old. */
function sweep(cache: string): void {
  for (const name of readdirSync(cache).filter((name) => name.startsWith(incoming))) {
    const folder = join(cache, name);
    const pid = Number(name.slice(incoming.length).split('-')[0]);
    const old = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > abandonedMilliseconds;
    if (old || !isRunning(pid)) rmSync(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function checkSpace(cache: string, { diskBytes }: WheelSet): void {
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize < diskBytes) throw diskFull(cache, diskBytes);
}

/** Tells a folder from the one that takes its place. */
const identityOf = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.ino;

async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

export interface UnpackOptions extends ObtainOptions {
  readonly force?: boolean;
}

/**
 * Brings one variant's files into the cache in one move: the folder is whole or it is not there, whenever the process ends.
 * True when something was done.
 */
export async function installFiles(
  variant: Variant,
  set: WheelSet,
  cache: string,
  options: UnpackOptions = {},
): Promise<boolean> {
  const target = installationFolder(variant, cache);
  if (existsSync(target) && !options.force) return false;
  const { onProgress, signal, force } = options;
  return writing(cache, async () => {
    const before = identityOf(target);
    mkdirSync(cache, { recursive: true });
    const onWait = () => onProgress?.({ step: 'wait', name: 'another installation', done: 0, total: 0 });
    return withLock(
      `${target}.lock`,
      async () => {
        const replacedMeanwhile = identityOf(target) !== before;
        if (existsSync(target) && (!force || replacedMeanwhile)) return false;
        sweep(cache);
        checkSpace(cache, set);
        const work = mkdtempSync(join(cache, `${incoming}${process.pid}-`));
        chmodSync(work, 0o755 & ~process.umask()); // mkdtemp makes it private
        const replaced = `${work}-replaced`;
        try {
          await obtainWheels(set, work, options);
          const wheels = set.wheels.map(({ fileName, sha256 }) => ({ fileName, sha256 }));
          await writeFile(
            join(work, 'installed.json'),
            `${JSON.stringify({ version: tensorflowVersion, variant, wheels }, null, 2)}\n`,
          );
          await synced(work);
          if (existsSync(target)) renameSync(target, replaced);
          renameSync(work, target);
          await synced(cache);
          return true;
        } finally {
          for (const folder of [work, replaced]) rmSync(folder, { recursive: true, force: true });
        }
      },
      { onWait, signal },
    );
  });
}
