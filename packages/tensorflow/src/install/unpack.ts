import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { DeFlowError, WheelFileError, WheelHashError } from '../errors.ts';
import type { PinnedWheel } from './pinned-wheels.ts';

export type ByteProgress = (done: number, total: number) => void;

const damaged = (file: string, what: string, cause?: unknown): WheelFileError =>
  new WheelFileError(`${file} ${what}.`, { value: file, cause, remedy: 'Fetch it again.' });

/** Checks that a file is the pinned wheel: its size, then its SHA-256. */
export async function checkWheel(
  file: string,
  pinned: PinnedWheel,
  onBytes?: ByteProgress,
  signal?: AbortSignal,
): Promise<void> {
  const { size } = await stat(file).catch((cause) => {
    throw damaged(file, 'cannot be read', cause);
  });
  const isNamed = basename(file) === pinned.fileName;
  if (isNamed && size < pinned.bytes) throw damaged(file, `is cut off: ${size} of ${pinned.bytes} bytes`);
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer);
    onBytes?.((done += (chunk as Buffer).length), size);
  }
  const sha256 = hash.digest('hex');
  if (sha256 === pinned.sha256) return;
  throw new WheelHashError(`${file} is not ${pinned.fileName}: its SHA-256 is ${sha256}, not ${pinned.sha256}.`, {
    value: sha256,
    remedy: `Give ${pinned.fileName} itself, or install without --wheel.`,
  });
}

async function writeEntry(zip: ZipFile, entry: Entry, target: string, onBytes: (count: number) => void): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const mode = (entry.externalFileAttributes >>> 16) & 0o111 ? 0o755 : 0o644;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  await pipeline(await zip.openReadStreamPromise(entry), counter, createWriteStream(target, { mode, flags: 'wx' }));
  const file = await open(target, 'r+');
  await file.sync().finally(() => file.close());
}

/** Errors of the archive itself: yauzl's have no code, the file system's do. */
function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || DeFlowError.isInstance(error) || error.name === 'AbortError') return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || code.startsWith('Z_');
}

/** Unpacks the entries that are wanted below `folder`, and nowhere else; each is on the disk when this resolves. */
export async function unpackWheel(
  file: string,
  folder: string,
  wanted: (name: string) => boolean,
  onBytes?: ByteProgress,
  signal?: AbortSignal,
): Promise<number> {
  // yauzl refuses names that are absolute or climb.
  const zip = await openPromise(file, { autoClose: false }).catch((cause) => {
    throw damaged(file, 'is no wheel', cause);
  });
  try {
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/') && wanted(entry.fileName)) entries.push(entry);
    }
    const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    let done = 0;
    for (const entry of entries) {
      signal?.throwIfAborted();
      const target = join(folder, entry.fileName);
      if (relative(folder, target).startsWith('..'))
        throw damaged(file, `holds a file outside of itself: ${entry.fileName}`);
      await writeEntry(zip, entry, target, (count) => onBytes?.((done += count), total));
    }
    return total;
  } catch (error) {
    if (isDamage(error)) throw damaged(file, `is damaged: ${error.message}`, error);
    throw error;
  } finally {
    zip.close();
  }
}
