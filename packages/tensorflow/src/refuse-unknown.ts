import { OptionError } from './errors.ts';

/** Refuses options that a command does not have: a misspelt one must not be passed over. */
export function refuseUnknown(given: readonly string[], known: object): void {
  const names = given
    .filter((word) => word.startsWith('-'))
    .map((word) => word.replace(/^--?/, '').replace(/=.*/s, ''));
  const unknown = names.find((name) => !(name in known));
  if (unknown === undefined) return;
  const list = Object.keys(known).map((name) => `--${name}`);
  throw new OptionError(`There is no option --${unknown}.`, {
    value: unknown,
    remedy: `Use one of ${list.join(', ')}.`,
  });
}
