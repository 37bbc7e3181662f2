import { nearest } from '../configuration/nearest.ts';
import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';

/** The command of that name. @throws UsageError naming the nearest one. */
export function commandNamed(name: string): Command {
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (found) return found;
  const names = Object.keys(commands);
  const meant = nearest(name, names);
  throw new UsageError(`There is no command "${name}".`, {
    remedy: meant ? `Did you mean \`deflow ${meant}\`?` : `There is: ${names.join(', ')}.`,
    value: name,
  });
}

/** What `deflow COMMAND --help` prints. */
export function commandUsage(name: string): string {
  const { summary, words, example, options } = commandNamed(name);
  const list = Object.entries(options).map(
    ([option, { valueHint = '', description = '' }]) => [`--${option} ${valueHint}`.trimEnd(), description] as const,
  );
  const shown = example === undefined ? '' : `\n\nFor example:\n  ${example}`;
  return `deflow ${name} ${words ? `${words} ` : ''}[options]\n\n${summary}\n\n${columns(list)}${shown}`;
}

/** What `deflow` alone and `deflow --help` print. */
export function usage(): string {
  const list = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  return `Learns how a camera degrades photographs, from two folders that have nothing to do with each other, and trains
super-resolution on what it learned.

To begin, in the repository:
  npm start                                            minutes, on pictures that it makes itself
  npm start -- --clean DIR --degraded DIR              on your photographs: sharp ones, and poor ones of anything else
  npx deflow run small --clean DIR --degraded DIR      the whole study; --dry-run prints the plan

Commands, \`deflow COMMAND --help\` tells more:
${columns(list)}`;
}

/** Two columns, the left one as wide as it has to be. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
