import type { Configuration } from '../configuration/schema.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { loadPhotographs } from './load-photographs.ts';
import { makePhotographs } from './make-photographs.ts';
import type { Photographs } from './photographs.ts';

export interface ObtainPhotographsOptions {
  configuration: Configuration;
  folder: RunFolder;
  signal: AbortSignal;
}

/** The given folders, or the study's own pictures where none are given. */
export const obtainPhotographs = (options: ObtainPhotographsOptions): Promise<Photographs> =>
  options.configuration.photographs.clean === null ? makePhotographs(options) : loadPhotographs(options);
