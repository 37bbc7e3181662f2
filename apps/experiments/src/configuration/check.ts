import type { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { type Configuration, configurationSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

/**
 * Checks that `value` is a whole configuration.
 *
 * @param like - A valid configuration, whose keys are offered where an unknown one looks like a misspelling.
 * @throws ConfigurationError naming every field that is wrong.
 */
export const checkConfiguration = (value: unknown, like: object, source: string): Configuration =>
  checkSettings(configurationSchema, value, { like, source, command: 'quick' });

export interface CheckSettingsOptions {
  like: object;
  /** Where the settings come from, for messages. */
  source: string;
  /** Whose help lists what there is. */
  command: string;
}

/** The same for settings of any schema. @throws ConfigurationError */
export function checkSettings<Settings>(
  schema: z.ZodType<Settings>,
  value: unknown,
  { like, source, command }: CheckSettingsOptions,
): Settings {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const complaints = checked.error.issues.flatMap((issue) => describe(issue, value, like));
  throw new ConfigurationError(`${source} cannot be used: ${complaints.map(({ what }) => what).join('; ')}.`, {
    remedy:
      complaints.find(({ remedy }) => remedy)?.remedy ??
      `Correct the value; \`deflow ${command} --help\` lists what there is.`,
    value: complaints.map(({ what }) => what),
  });
}

function describe(issue: Issue, value: unknown, like: object): { what: string; remedy?: string }[] {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') {
    const found = JSON.stringify(at(value, issue.path));
    return [{ what: `${path || 'the file'} is ${found}: ${issue.message.replace(/^Invalid input: /, '')}` }];
  }
  const known = Object.keys((at(like, issue.path) as object | undefined) ?? {});
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    return {
      what: `there is no setting "${path ? `${path}.` : ''}${key}"`,
      remedy: meant ? `Did you mean "${meant}"?` : `${path || 'The top level'} has: ${known.join(', ')}.`,
    };
  });
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], value);
