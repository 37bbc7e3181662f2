import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const beat = 5_000;
const silence = 60_000;
const held = new Set<string>();

interface Holder {
  readonly token: string;
  readonly host: string;
  readonly process: number;
}

const alive = (process_: number): boolean => {
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether nobody can still be at work behind this lock: a dead process of this machine, or one silent for a minute. */
async function abandoned(path: string): Promise<string | undefined> {
  const [text, status] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  const silent = Date.now() - status.mtimeMs > silence;
  let holder: Partial<Holder> = {};
  try {
    holder = JSON.parse(text) as Holder;
  } catch {
    // Being written at this moment, or cut off: silence decides.
  }
  const here = holder.host === hostname();
  const dead = here && (holder.process === process.pid ? !held.has(holder.token!) : !alive(holder.process!));
  return silent || dead ? text : undefined;
}

/** Takes an abandoned lock away. Of several that try one succeeds; a lock that was renewed meanwhile is put back. */
async function breakLock(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside);
  if ((await readFile(aside, 'utf8')) === seen) await rm(aside, { force: true });
  else await rename(aside, path);
}

/**
 * Runs `work` while no other process, and nobody else in this one, works on the folder; waits until it is free.
 * A lock whose process was killed is taken over.
 */
export async function withFolderLock<Result>(
  folder: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const path = join(folder, 'lock');
  const holder: Holder = { token: randomUUID(), host: hostname(), process: process.pid };
  held.add(holder.token);
  for (;;) {
    signal?.throwIfAborted();
    try {
      await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
      break;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') {
        held.delete(holder.token);
        // On a full disk there is a lock now, but it is empty.
        if (syscall === 'write') await rm(path, { force: true }).catch(() => {});
        throw error;
      }
    }
    // The lock may go away between any two of these calls.
    const seen = await abandoned(path).catch(() => undefined);
    if (seen !== undefined) await breakLock(path, seen).catch(() => {});
    else await wait(100);
  }
  const heart = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), beat);
  heart.unref();
  try {
    return await work();
  } finally {
    clearInterval(heart);
    held.delete(holder.token);
    await rm(path, { force: true });
  }
}
