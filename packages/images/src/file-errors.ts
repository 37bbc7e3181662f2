import { fileURLToPath } from 'node:url';
import { ImageFileError } from './errors.ts';

export const pathOf = (path: string | URL): string => (typeof path === 'string' ? path : fileURLToPath(path));

const remedies: Record<string, readonly [problem: string, remedy: string]> = {
  ENOENT: ['does not exist', 'Check the name; a relative path starts at the folder where the program was started.'],
  ENOTDIR: ['lies below something that is no folder', 'Check the path: one of its parts is a file.'],
  EISDIR: ['is a folder', 'Give the path of one image file.'],
  EACCES: ['may not be opened', 'Change the permissions of the file or its folder, or choose another place.'],
  EPERM: ['may not be opened', 'Change the permissions of the file or its folder, or choose another place.'],
  EROFS: ['lies on a read-only disk', 'Choose a folder that can be written.'],
  ENOSPC: ['does not fit: the disk is full', 'Free some space, or choose a folder on another disk.'],
  EMFILE: ['cannot be opened now: too many files are open', 'Open fewer files at once.'],
};

/** The `ImageFileError` for what the file system answered. */
export function fileError(path: string, cause: unknown): ImageFileError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const [problem, remedy] = remedies[code] ?? [`cannot be used: ${String(cause)}`, 'See the cause.'];
  return new ImageFileError(`${path} ${problem}.`, { path, cause, remedy });
}
