import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes `parts` one after the other to `path` so that at every moment `path` holds the old content or the new: temporary file
 * beside it, fsync, rename. When anything fails the temporary file is removed and the system's error thrown.
 */
export async function writeAtomically(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    try {
      await writeParts(file, parts);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What one system call writes: parts of so many bytes together, or so many parts. Larger ones were several times slower. */
const together = { bytes: 2 ** 22, parts: 512 };

async function writeParts(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const part of parts) {
    batch.push(part);
    size += part.length;
    if (size < together.bytes && batch.length < together.parts) continue;
    await writeAll(file, batch);
    [batch, size] = [[], 0];
  }
  await writeAll(file, batch);
}

/** A system call may write less than it is given. */
async function writeAll(file: FileHandle, batch: readonly Uint8Array[]): Promise<void> {
  let left = batch.filter(({ length }) => length > 0);
  while (left.length > 0) {
    let { bytesWritten: written } = await file.writev(left);
    left = left.flatMap((part) => {
      const done = Math.min(written, part.length);
      written -= done;
      return done < part.length ? [part.subarray(done)] : [];
    });
  }
}
