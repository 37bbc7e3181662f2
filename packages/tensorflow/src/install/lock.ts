import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMilliseconds = 5_000;
const staleMilliseconds = 60_000;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** A lock is stale when its process on this machine is gone, or when nobody touched it for a minute. */
function isStale(file: string): boolean {
  try {
    const [pid, host] = readFileSync(file, 'utf8').split('\n');
    if (host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - statSync(file).mtimeMs > staleMilliseconds;
  } catch {
    return false; // gone in the meantime
  }
}

function tryToTake(file: string): boolean {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, `${process.pid}\n${hostname()}\n`);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function clear(file: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside); // one process wins
    rmSync(aside, { force: true });
  } catch {
    // another one was faster
  }
}

/**
 * Runs work while this process alone holds the lock file. It saves double work and no more: whatever the work makes must
 * come into place in one move, so that even two holders (after a clock jump, on a network disk) do no harm.
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  { onWait, signal }: { onWait?: () => void; signal?: AbortSignal } = {},
): Promise<Result> {
  mkdirSync(dirname(file), { recursive: true });
  while (!tryToTake(file)) {
    if (isStale(file)) clear(file);
    else {
      onWait?.();
      await sleep(200, undefined, { signal });
    }
  }
  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      clearInterval(heartbeat);
    }
  }, heartbeatMilliseconds);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  }
}
