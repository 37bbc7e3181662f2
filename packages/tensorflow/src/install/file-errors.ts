import { CacheWriteError, DiskFullError } from '../errors.ts';

const code = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Runs work that writes below `folder`; a full disk or a folder that cannot be written becomes a named error. */
export async function writing<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw named(folder, error);
  }
}

function named(folder: string, error: unknown): unknown {
  switch (code(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder, undefined, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new CacheWriteError(`The cache ${folder} cannot be written (${code(error)}).`, {
        value: folder,
        cause: error,
        remedy: 'Make it writable, or set DEFLOW_CACHE (or --cache) to a folder that is.',
      });
    default:
      return error;
  }
}

/** The error of a disk without room; `bytes` is what the installation takes, when that is known. */
export function diskFull(folder: string, bytes?: number, cause?: unknown): DiskFullError {
  const needed = bytes ? `: ${(bytes / 1e9).toFixed(1)} GB are needed` : '';
  return new DiskFullError(`There is no room left for TensorFlow in ${folder}${needed}.`, {
    value: folder,
    cause,
    remedy: 'Free some space there, or set DEFLOW_CACHE (or --cache) to a folder on another disk.',
  });
}
