import { join } from 'node:path';
import { getBackend } from '@tensorflow/tfjs-core';
import { parseArgs } from 'citty';
import { checkConfiguration } from '../configuration/check.ts';
import { defaultConfiguration } from '../configuration/defaults.ts';
import { readYaml } from '../configuration/read-yaml.ts';
import { type GivenOptions, resolveConfiguration } from '../configuration/resolve.ts';
import type { Configuration } from '../configuration/schema.ts';
import { checkFolders } from '../data/check-folders.ts';
import { UsageError } from '../errors.ts';
import { createRunFolder, openRunFolder, type RunFolder, runName } from '../run-folder/run-folder.ts';
import { study } from '../study.ts';
import type { Terminal } from '../terminal.ts';
import { checkArguments } from './check-arguments.ts';
import { quickArguments } from './quick-arguments.ts';

/** What may be given beside --resume: how to compute, not what. */
const resumable = ['resume', 'backend'];

/** Trains a small DeFlow, degrades held-out pictures with it and reports, as the command of that name. Gives the exit code. */
export const quickCommand =
  (command: string) =>
  async (raw: readonly string[], terminal: Terminal): Promise<number> =>
    (await quickRun(command, raw, terminal)).code;

/** What is left when `deflow quick` has ended. */
export interface QuickRun {
  readonly code: number;
  readonly configuration: Configuration;
  readonly folder: RunFolder;
  /** The engine that ran it. */
  readonly backend: string;
}

/** @param command - What to call to go on, such as `npm start --`. */
export async function quickRun(command: string, raw: readonly string[], terminal: Terminal): Promise<QuickRun> {
  checkArguments(command.replace(/^deflow /, '').replace(/^npm start --$/, 'start'), raw, quickArguments);
  const { _: words, ...given } = parseArgs([...raw], quickArguments) as unknown as { _: string[] } & GivenOptions;
  const begun = typeof given.resume === 'string' ? await resumed(given.resume, given) : await anew(given);
  const code = await study({ ...begun, command, terminal, resume: typeof given.resume === 'string' });
  return { ...begun, code, backend: getBackend() };
}

async function anew(given: GivenOptions) {
  const configuration = await resolveConfiguration(given);
  const out = typeof given.out === 'string' ? given.out : defaultFolder(configuration);
  const { clean, degraded } = configuration.photographs;
  await checkFolders({ from: { clean, degraded }, out });
  const folder = await createRunFolder(out);
  return { configuration, folder };
}

const defaultFolder = ({ photographs: { clean } }: Configuration) =>
  join('runs', runName(clean === null ? 'own-camera' : 'photographs', new Date()));

async function resumed(
  path: string,
  given: GivenOptions,
): Promise<{ configuration: Configuration; folder: RunFolder }> {
  const other = Object.keys(quickArguments).find((name) => given[name] !== undefined && !resumable.includes(name));
  if (other) {
    throw new UsageError(`--resume goes on with a run as it was begun; --${other} cannot change it.`, {
      remedy: `Leave out --${other}, or begin a new run: --config ${join(path, 'config.yaml')} --${other} ...`,
      value: other,
    });
  }
  const folder = await openRunFolder(path);
  const stored = await readYaml(folder.configuration);
  const configuration = checkConfiguration(stored, defaultConfiguration('small'), folder.configuration);
  const { engine } = configuration;
  const backend = (given.backend as Configuration['engine']['backend'] | undefined) ?? engine.backend;
  return { configuration: { ...configuration, engine: { ...engine, backend } }, folder };
}
