import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../install/cache.ts';
import { platformName, tensorflowVersion } from '../install/layout.ts';

/** Bytes that all kept functions may take together. */
const largestSize = 512 * 2 ** 20;

/** Functions that nobody used for so long are removed, in ms: 30 days. */
const longestRest = 30 * 24 * 3600 * 1000;

/** What a process that was stopped while it wrote has left is removed after so long, in ms: an hour. */
const longestWrite = 3600 * 1000;

const directoryFlag = '--tf_xla_persistent_cache_directory=';
const devicesFlag = '--tf_xla_persistent_cache_device_types=XLA_CPU,XLA_CPU_JIT,CPU';

/** Holds the caches of all machines and versions that share this folder of caches. */
export const xlaCacheRoot = (): string => join(cacheFolder(), 'xla');

/** What the processor can do, as far as the system tells. */
function processorFeatures(): string {
  try {
    return /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** Machine code fits one kind of processor, one version of TensorFlow, one number of threads and one choice of XLA's options. */
export function xlaCacheFolder(threads: number, environment: NodeJS.ProcessEnv = process.env): string {
  const machine = [platformName, cpus()[0]?.model ?? '', processorFeatures(), threads || availableParallelism()];
  const key = createHash('sha256').update(JSON.stringify([...machine, environment.XLA_FLAGS ?? '']));
  return join(xlaCacheRoot(), `${tensorflowVersion}-${key.digest('hex').slice(0, 12)}`);
}

interface Entry {
  readonly file: string;
  readonly bytes: number;
  /** When it was read or written last, in ms. */
  readonly used: number;
}

/** The files below `folder`; those that another process removes meanwhile are left out. */
function filesBelow(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const file = join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) return [];
    return [{ file, bytes: found.size, used: Math.max(found.atimeMs, found.mtimeMs) }];
  });
}

const isKept = ({ file, bytes }: Entry): boolean => file.endsWith('.pb') && bytes > 0;

/** Removes what is old, what is unfinished, and beyond `size` bytes what was used longest ago. */
export function pruneXlaCache(root: string, { now = Date.now(), size = largestSize } = {}): void {
  let bytes = 0;
  for (const entry of filesBelow(root).sort((a, b) => b.used - a.used)) {
    const rest = now - entry.used;
    if (isKept(entry)) bytes += entry.bytes;
    if (isKept(entry) ? rest > longestRest || bytes > size : rest > longestWrite) rmSync(entry.file, { force: true });
  }
}

/**
 * Has XLA keep the functions that it compiles for the processor, so that a later process loads them instead of compiling them again.
 * TensorFlow moves finished files into place, so any number of processes may share the folder. Comes before TensorFlow looks at
 * its environment. A cache that TF_XLA_FLAGS names is left as it is; one that cannot be written is no cache.
 *
 * @returns The folder; null when there is none.
 */
export function keepCompiledFunctions(threads: number, environment: NodeJS.ProcessEnv = process.env): string | null {
  const root = xlaCacheRoot();
  const flags = (environment.TF_XLA_FLAGS ?? '').split(/\s+/).filter((flag) => flag !== '');
  const named = flags.find((flag) => flag.startsWith(directoryFlag))?.slice(directoryFlag.length);
  // A process that started this one may have left its own choice of a folder.
  if (named !== undefined && !named.startsWith(root)) return named;
  const folder = xlaCacheFolder(threads, environment);
  try {
    mkdirSync(folder, { recursive: true });
    pruneXlaCache(root);
  } catch {
    return null;
  }
  const others = flags.filter((flag) => !flag.startsWith(directoryFlag) && flag !== devicesFlag);
  environment.TF_XLA_FLAGS = [...others, `${directoryFlag}${folder}`, devicesFlag].join(' ');
  return folder;
}
