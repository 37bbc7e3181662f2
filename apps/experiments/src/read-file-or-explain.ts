import { readFile } from 'node:fs/promises';
import { remedyOfReading, UsageError } from './errors.ts';

/** A file that the user named. @throws UsageError when it cannot be read. */
export async function readFileOrExplain(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new UsageError(`Cannot read ${path} (${(cause as NodeJS.ErrnoException).code}).`, {
      remedy: remedyOfReading(cause, 'Check the path; checkpoints lie in run folders as checkpoint.safetensors.'),
      value: path,
      cause,
    });
  }
}
