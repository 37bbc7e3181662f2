import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DeFlowError } from '@deflow/images';

/** A command line that asks for something the program does not have. */
export class UsageError extends DeFlowError {}

/** A configuration file or value that cannot be used. */
export class ConfigurationError extends DeFlowError {}

/** A folder of photographs that cannot be trained on. */
export class PhotographsError extends DeFlowError {}

/** The run folder cannot be written to or read from. */
export class RunFolderError extends DeFlowError {}

/** There is no room for what has to be written. */
export class DiskFullError extends RunFolderError {}

const reasons: Record<string, string> = {
  EACCES: 'You may not write there',
  EPERM: 'You may not write there',
  EROFS: 'The file system is read-only',
  ENOTDIR: 'A part of the path is a file, not a folder',
  EEXIST: 'A file of that name is in the way',
  EISDIR: 'A folder of that name is in the way',
  ENOENT: 'No folder can be made there',
};

/** What to do where something that was named cannot be read; `otherwise` where its permissions are not the reason. */
export const remedyOfReading = (cause: unknown, otherwise: string): string =>
  ['EACCES', 'EPERM'].includes((cause as NodeJS.ErrnoException).code ?? '')
    ? 'Change the permissions of the file and of the folders around it.'
    : otherwise;

const noRoom: Record<string, string> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'Your disk quota is used up',
  EFBIG: 'The file would be larger than allowed here',
};

/** What the system said where it had no room, also when another error was made of it. */
function outOfRoom(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException;
    if (code !== undefined && code in noRoom) return code;
  }
  return undefined;
}

function freeSpace(path: string): string {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return `; only ${((bavail * bsize) / 1e6).toFixed(1)} MB are free there`;
  } catch {
    return '';
  }
}

/**
 * What the operating system said about writing `path`, as an error of the family; anything else comes back as it is.
 *
 * @param whenFull - What to do where there is no room, beginning with `Free some space`.
 */
export function explainWriteError(
  error: unknown,
  path: string,
  whenFull = 'Free some space, or choose another place with --out DIR; a run needs about 50 MB.',
): unknown {
  const full = outOfRoom(error);
  if (full !== undefined) {
    const file = error instanceof DiskFullError ? String(error.value) : ((error as { path?: string }).path ?? path);
    const free = full === 'ENOSPC' ? freeSpace(file) : '';
    return new DiskFullError(`Cannot write ${file}. ${noRoom[full]} (${full})${free}.`, {
      remedy: full === 'EFBIG' ? whenFull.replace('Free some space', 'Allow larger files (ulimit -f)') : whenFull,
      value: file,
      cause: error,
    });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new RunFolderError(`Cannot write ${path}. ${reason} (${code}).`, {
    remedy: 'Choose another place with --out DIR.',
    value: path,
    cause: error,
  });
}
