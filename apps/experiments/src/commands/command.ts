import { type ArgsDef, parseArgs } from 'citty';
import { UsageError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { checkArguments } from './check-arguments.ts';

/** A command of the program. */
export interface Command {
  /** What it does, in a line. */
  readonly summary: string;
  /** What stands before the options, such as `FILE...`. */
  readonly words?: string;
  /** A whole command line. */
  readonly example?: string;
  readonly options: ArgsDef;
  /** Gives the exit code. */
  run(raw: readonly string[], terminal: Terminal): Promise<number>;
}

/** The values of options by name, as text. */
export type Given<Options extends ArgsDef> = { readonly [Name in keyof Options]?: string };

/**
 * Takes a command line apart: words first, then options.
 *
 * @throws UsageError for what the command does not know, and where there are other words than it wants.
 */
export function takeApart<Options extends ArgsDef>(
  command: string,
  raw: readonly string[],
  options: Options,
  words: { least: number; most: number; hint: string } = { least: 0, most: 0, hint: '' },
): { words: string[]; given: Given<Options> } {
  const first = raw.findIndex((token) => token.startsWith('-'));
  const count = Math.min(words.most, first < 0 ? raw.length : first);
  const rest = raw.slice(count);
  if (count < words.least) {
    throw new UsageError(`deflow ${command} needs ${words.hint}.`, {
      remedy: `Write: deflow ${command} ${words.hint}; \`deflow ${command} --help\` tells more.`,
      value: raw,
    });
  }
  checkArguments(command, rest, options);
  return { words: raw.slice(0, count), given: parseArgs([...rest], options) as unknown as Given<Options> };
}

/** The value of an option that has to be given. @throws UsageError */
export function required(command: string, name: string, value: string | undefined, example: string): string {
  if (value !== undefined) return value;
  throw new UsageError(`deflow ${command} needs --${name}.`, { remedy: `Add --${name} ${example}.`, value: name });
}

/** A whole number from `least`. @throws UsageError */
export function wholeNumber(name: string, text: string | undefined, otherwise: number, least = 0): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} is "${text}".`, { remedy: `Give a whole number from ${least}.`, value: text });
}

/** A number from 0. @throws UsageError */
export function decimal(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && text.trim() !== '') return value;
  throw new UsageError(`--${name} is "${text}".`, { remedy: 'Give a number from 0, such as 0.5.', value: text });
}

/** One of some words. @throws UsageError */
export function oneOf<Word extends string>(
  name: string,
  text: string | undefined,
  words: readonly Word[],
  otherwise: Word,
): Word {
  if (text === undefined) return otherwise;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} is "${text}".`, { remedy: `Use ${words.join(', ')}.`, value: text });
}
