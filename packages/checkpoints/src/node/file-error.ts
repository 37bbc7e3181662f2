import { CheckpointFileError } from '../errors.ts';

const remedies: Record<string, string> = {
  ENOENT: 'Check the path: the file or its folder is not there.',
  ENOTDIR: 'Check the path: a part of it is a file where a folder should be.',
  EISDIR: 'Give the path of a file: this is a folder.',
  EACCES: 'Change the permissions, or choose another folder.',
  EPERM: 'Change the permissions, or choose another folder.',
  EROFS: 'Choose another folder: this one cannot be written.',
  ENOSPC: 'Free some space or choose another disk. What was there before is intact.',
  EDQUOT: 'Free some space or choose another disk. What was there before is intact.',
};

/** Wraps a system error of reading or writing `path`. */
export function checkpointFileError(action: 'read' | 'write', path: string, cause: unknown): CheckpointFileError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const remedy = remedies[code] ?? 'See the cause for what the system said.';
  return new CheckpointFileError(`Cannot ${action} the checkpoint ${path} (${code}).`, { remedy, value: path, cause });
}
