import type { ArgsDef } from 'citty';
import { nearest } from '../configuration/nearest.ts';
import { UsageError } from '../errors.ts';

/**
 * Refuses what the command does not know, which citty lets pass: unknown options, options without their value, stray words.
 *
 * @throws UsageError naming the nearest option.
 */
export function checkArguments(command: string, raw: readonly string[], definitions: ArgsDef): void {
  const names = Object.keys(definitions);
  for (let index = 0; index < raw.length; index++) {
    const token = raw[index]!;
    if (!token.startsWith('-')) throw strayWord(command, token);
    const [name = '', value] = token.replace(/^--?/, '').split(/=(.*)/s);
    const definition = token.startsWith('--') ? definitions[name] : undefined;
    if (!definition) throw unknownOption(command, token, name, names);
    if (definition.type === 'boolean') continue;
    const given = value ?? raw[++index];
    if (given === undefined || given === '' || given.startsWith('--')) {
      throw new UsageError(`--${name} needs a value.`, {
        remedy: `Write --${name} ${definition.valueHint ?? 'VALUE'}: ${definition.description}.`,
        value: token,
      });
    }
  }
}

function unknownOption(command: string, token: string, name: string, names: readonly string[]): UsageError {
  const meant = nearest(name, names);
  return new UsageError(`deflow ${command} has no option ${token.split('=')[0]}.`, {
    remedy: meant ? `Did you mean --${meant}?` : `It has: ${names.map((each) => `--${each}`).join(', ')}.`,
    value: token,
  });
}

const strayWord = (command: string, token: string) =>
  new UsageError(`deflow ${command} does not know what to do with "${token}".`, {
    remedy: `Options begin with two hyphens; \`deflow ${command} --help\` lists them. Put paths with spaces in quotes.`,
    value: token,
  });
