import { join } from 'node:path';
import { parseArgs } from 'citty';
import { checkConfiguration } from '../configuration/check.ts';
import { defaultConfiguration } from '../configuration/defaults.ts';
import { readYaml } from '../configuration/read-yaml.ts';
import { type GivenOptions, resolveConfiguration } from '../configuration/resolve.ts';
import type { Configuration } from '../configuration/schema.ts';
import { UsageError } from '../errors.ts';
import { createRunFolder, openRunFolder, type RunFolder, runName } from '../run-folder/run-folder.ts';
import { study } from '../study.ts';
import type { Terminal } from '../terminal.ts';
import { checkArguments } from './check-arguments.ts';
import { quickArguments } from './quick-arguments.ts';

/** What may be given beside --resume: how to compute, not what. */
const resumable = ['resume', 'backend'];

/** `deflow quick`: trains a small DeFlow, degrades held-out pictures with it and reports. Gives the exit code. */
export async function quick(raw: readonly string[], terminal: Terminal): Promise<number> {
  checkArguments('quick', raw, quickArguments);
  const { _: words, ...given } = parseArgs([...raw], quickArguments) as unknown as { _: string[] } & GivenOptions;
  if (typeof given.resume === 'string')
    return study({ ...(await resumed(given.resume, given)), terminal, resume: true });
  const configuration = await resolveConfiguration(given);
  const folder = await createRunFolder(typeof given.out === 'string' ? given.out : defaultFolder(configuration));
  return study({ configuration, folder, terminal, resume: false });
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
