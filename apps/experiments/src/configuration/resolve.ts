import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { checkConfiguration } from './check.ts';
import { defaultConfiguration } from './defaults.ts';
import { merge } from './merge.ts';
import { readYaml } from './read-yaml.ts';
import type { Configuration } from './schema.ts';

/** Options of the command line by name, as text. */
export type GivenOptions = Readonly<Record<string, string | boolean | undefined>>;

/** Preset, then `--config FILE`, then the other options: each overrules what comes before. */
export async function resolveConfiguration(given: GivenOptions): Promise<Configuration> {
  const file = typeof given.config === 'string' ? await readYaml(given.config) : {};
  const options = {
    preset: given.preset,
    seed: number(given, 'seed'),
    photographs: { clean: folder(given.clean), degraded: folder(given.degraded), heldOut: number(given, 'held-out') },
    training: {
      minutes: number(given, 'minutes'),
      // Another length is another plan.
      steps: number(given, 'steps') ?? (given.minutes === undefined ? undefined : null),
      shortened: given.minutes === undefined && given.steps === undefined ? undefined : [],
    },
    engine: { backend: given.backend, xla: given.xla, precision: given.precision },
  };
  const preset = options.preset ?? file.preset ?? 'small';
  const defaults = defaultConfiguration(preset === 'paper-small' ? preset : 'small');
  const source = given.config ? `The configuration (${given.config} and the options)` : 'The configuration';
  const configuration = checkConfiguration(merge(merge(defaults, file), options), defaults, source);
  const { clean, degraded } = configuration.photographs;
  if ((clean === null) !== (degraded === null)) {
    const missing = clean === null ? 'clean' : 'degraded';
    throw new UsageError(
      `There is a folder of ${clean === null ? 'degraded' : 'clean'} photographs, but none of ${missing} ones.`,
      {
        remedy: `Add --${missing} DIR; DeFlow learns from what separates the two.`,
        value: { clean, degraded },
      },
    );
  }
  return configuration;
}

const folder = (path: string | boolean | undefined) => (typeof path === 'string' ? resolve(path) : undefined);

function number(given: GivenOptions, name: string): number | undefined {
  const text = given[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`--${name} is "${text}", which is no number.`, {
    remedy: `Write --${name} 5, for example.`,
    value: text,
  });
}
