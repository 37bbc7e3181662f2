import { resolve } from 'node:path';
import { parse } from 'yaml';
import { checkSettings } from '../configuration/check.ts';
import { merge } from '../configuration/merge.ts';
import { nearest } from '../configuration/nearest.ts';
import { readYaml } from '../configuration/read-yaml.ts';
import { studyFile } from '../configuration/study-file.ts';
import { ConfigurationError, UsageError } from '../errors.ts';
import { defaultStudy } from './study-defaults.ts';
import { type StudyConfiguration, studySchema } from './study-schema.ts';

export interface GivenStudy {
  /** A YAML file, or the name of one that comes with the program. */
  file: string;
  /** `a.b=c`, in the order of the command line; c is YAML. */
  settings: readonly string[];
  clean?: string | undefined;
  degraded?: string | undefined;
  backend?: string | undefined;
}

/** Defaults, then the file, then the size that `scale` names in it, then `--set`, then the other options. */
export async function resolveStudy(given: GivenStudy): Promise<StudyConfiguration> {
  const path = studyFile(given.file);
  const { scales = {}, ...file } = await readYaml(path);
  const assigned = given.settings.map(assignment);
  const chosen = assigned.findLast(([keys]) => keys.join('.') === 'scale')?.[1] ?? file.scale ?? 'full';
  const { scale: _, ...base } = file;
  let settings = merge(merge(defaultStudy(), base), sizeOf(chosen, scales, path));
  for (const [keys, value] of assigned) if (keys.join('.') !== 'scale') settings = set(settings, keys, value);
  const { clean, degraded, backend } = given;
  const folder = (name: string | undefined) => (name === undefined ? undefined : resolve(name));
  settings = merge(settings, {
    photographs: { clean: folder(clean), degraded: folder(degraded) },
    engine: { backend },
  });
  const study = checkSettings(studySchema, settings, { like: defaultStudy(), source: path, command: 'run' });
  const { photographs } = study;
  if (photographs.clean === null && photographs.degraded !== null) {
    throw new UsageError('There is a folder of degraded photographs, but none of clean ones.', {
      remedy: 'Add --clean DIR: super-resolution learns from sharp photographs.',
      value: photographs,
    });
  }
  return study;
}

function sizeOf(chosen: unknown, scales: unknown, path: string): unknown {
  if (chosen === 'full') return undefined;
  const sizes = scales as Record<string, unknown>;
  if (typeof chosen === 'string' && Object.hasOwn(sizes, chosen)) return sizes[chosen];
  const known = ['full', ...Object.keys(sizes)];
  const meant = nearest(String(chosen), known);
  throw new ConfigurationError(`${path} has no scale "${chosen}".`, {
    remedy: meant ? `Did you mean "${meant}"?` : `It has: ${known.join(', ')}.`,
    value: chosen,
  });
}

function assignment(text: string): [keys: string[], value: unknown] {
  const [, path, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (path !== undefined && value !== undefined) return [path.split('.'), parse(value)];
  throw new UsageError(`--set ${text} says nothing.`, {
    remedy: 'Write --set NAME=VALUE, such as --set superResolution.training.steps=500.',
    value: text,
  });
}

/** `settings` with another value at `keys`. What is not there is left to the check to refuse. */
function set(settings: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  const record = (typeof settings === 'object' && settings !== null ? settings : {}) as Record<string, unknown>;
  return { ...record, [key!]: rest.length === 0 ? value : set(record[key!], rest, value) };
}
