import { stringify } from 'yaml';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import type { Configuration } from './schema.ts';

/** The configuration as YAML, with what it is good for on top. */
export const configurationText = (configuration: Configuration): string =>
  `# Everything that decided this run. The same again: npm start -- --config THIS_FILE\n${stringify(configuration)}`;

/** Writes the resolved configuration into the run folder. */
export const writeConfiguration = (folder: RunFolder, configuration: Configuration): Promise<void> =>
  writeRunFile(folder.configuration, configurationText(configuration));
