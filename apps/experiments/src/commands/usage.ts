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
  const { summary, words, options } = commandNamed(name);
  const list = Object.entries(options).map(([option, { valueHint = '', description = '' }]) => {
    return `  ${`--${option} ${valueHint}`.padEnd(20)} ${description}`;
  });
  return `deflow ${name} ${words ? `${words} ` : ''}[options]\n\n${summary}\n\n${list.join('\n')}`;
}

/** What `deflow --help` prints. */
export function usage(): string {
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `Learns how a camera degrades photographs, from two folders that have nothing to do with each other, and trains
super-resolution on what it learned.

  npm start -- [options]        is deflow start
  deflow COMMAND [options]      deflow COMMAND --help lists the options of one

${list.join('\n')}

${commandUsage('start')}`;
}
