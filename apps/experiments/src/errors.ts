import { DeFlowError } from '@deflow/images';

/** A command line that asks for something the program does not have. */
export class UsageError extends DeFlowError {}

/** A configuration file or value that cannot be used. */
export class ConfigurationError extends DeFlowError {}

/** A folder of photographs that cannot be trained on. */
export class PhotographsError extends DeFlowError {}

/** The run folder cannot be written to or read from. */
export class RunFolderError extends DeFlowError {}

const reasons: Record<string, string> = {
  EACCES: 'You may not write there',
  EPERM: 'You may not write there',
  EROFS: 'The file system is read-only',
  ENOSPC: 'The disk is full',
  EDQUOT: 'Your disk quota is used up',
  ENOTDIR: 'A part of the path is a file, not a folder',
  EEXIST: 'A file of that name is in the way',
  EISDIR: 'A folder of that name is in the way',
  ENOENT: 'No folder can be made there',
};

const remedies: Record<string, string> = {
  ENOSPC: 'Free some space, or choose another place with --out DIR; a run needs about 50 MB.',
  EDQUOT: 'Free some space, or choose another place with --out DIR; a run needs about 50 MB.',
};

/** What the operating system said about writing `path`, as an error of the family; anything else comes back as it is. */
export function explainWriteError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new RunFolderError(`Cannot write ${path}. ${reason} (${code}).`, {
    remedy: remedies[code] ?? 'Choose another place with --out DIR.',
    value: path,
    cause: error,
  });
}
