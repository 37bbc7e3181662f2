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

/** Small parts together: a system call for each would cost more than the bytes. */
const together = 2 ** 20;

async function writeParts(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const part of parts) {
    batch.push(part);
    size += part.length;
    if (size < together) continue;
    await writeAll(file, batch);
    [batch, size] = [[], 0];
  }
  await writeAll(file, batch);
}

async function writeAll(file: FileHandle, batch: readonly Uint8Array[]): Promise<void> {
  const [only] = batch;
  if (!only) return;
  await file.writeFile(batch.length === 1 ? only : Buffer.concat(batch));
}
