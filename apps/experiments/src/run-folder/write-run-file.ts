import { open, rename, unlink } from 'node:fs/promises';
import { explainWriteError } from '../errors.ts';

/** Writes a file of a run so that whoever reads it sees the old or the new content, never a part, even after a crash. */
export async function writeRunFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw explainWriteError(error, path);
  }
}
