import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
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

/** Bytes that the disk must have left: TensorFlow lets a function fail that it cannot keep. */
const smallestSpace = 2 ** 30;

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

/** A number in protobuf's form at the start of `bytes`, and how many bytes it takes. */
function varint(bytes: Uint8Array): [value: number, length: number] {
  const last = bytes.findIndex((byte) => byte < 128);
  return [bytes.subarray(0, last + 1).reduceRight((total, byte) => total * 128 + (byte & 127), 0), last + 1];
}

/**
 * Whether a kept function ends where its parts do: a machine that loses power may leave files whose ends, or whose contents, are
 * missing, and a function whose file TensorFlow cannot read fails. A file is a protobuf message of parts with lengths (wire type 2).
 */
function isWhole({ file, bytes }: Entry): boolean {
  const descriptor = openSync(file, 'r');
  try {
    let position = 0;
    while (position < bytes) {
      const head = new Uint8Array(16);
      const [tag, afterTag] = varint(head.subarray(0, readSync(descriptor, head, 0, head.length, position)));
      const [length, afterLength] = varint(head.subarray(afterTag));
      if (tag < 8 || tag % 8 !== 2 || afterLength === 0) return false;
      position += afterTag + afterLength + length;
    }
    return bytes > 0 && position === bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** Removes what is old, unfinished or damaged, and beyond `size` bytes what was used longest ago. */
export function pruneXlaCache(root: string, { now = Date.now(), size = largestSize } = {}): void {
  let bytes = 0;
  for (const entry of filesBelow(root).sort((a, b) => b.used - a.used)) {
    const rest = now - entry.used;
    // TensorFlow moves a file to this name when it is complete.
    const isKept = entry.file.endsWith('.pb');
    if (isKept) bytes += entry.bytes;
    try {
      const isDue = isKept ? rest > longestRest || bytes > size || !isWhole(entry) : rest > longestWrite;
      if (isDue) rmSync(entry.file, { force: true });
    } catch {
      // Another process has removed it, or it belongs to another user.
    }
  }
}

/**
 * Has XLA keep the functions that it compiles for the processor, so that a later process loads them instead of compiling them again.
 * TensorFlow moves finished files into place, so any number of processes may share the folder. Comes before TensorFlow looks at
 * its environment. A cache that TF_XLA_FLAGS names is left as it is; where nothing can be written, or
 * less than 1 GB is free, there is none.
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
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < smallestSpace) return null;
  } catch {
    return null;
  }
  const others = flags.filter((flag) => !flag.startsWith(directoryFlag) && flag !== devicesFlag);
  environment.TF_XLA_FLAGS = [...others, `${directoryFlag}${folder}`, devicesFlag].join(' ');
  return folder;
}
