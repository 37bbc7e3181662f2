import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError, pathOf } from './file-errors.ts';

/**
 * Writes a file so that nobody ever sees half of it: into a hidden neighbour first, which then takes the name. What was
 * there before stays until then, and stays on failure.
 *
 * @throws ImageFileError when the folder is missing or read-only, or the disk is full.
 */
export async function writeFileAtomically(path: string | URL, bytes: Uint8Array): Promise<void> {
  const file = pathOf(path);
  const neighbour = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`);
  try {
    await writeFile(neighbour, bytes, { flag: 'wx' });
    await rename(neighbour, file);
  } catch (cause) {
    await rm(neighbour, { force: true }).catch(() => {});
    throw fileError(file, cause);
  }
}
