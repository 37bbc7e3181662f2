import { OptionError } from '@deflow/images';

/** Throws an OptionError unless `value` is one of the names that the option knows. */
export function checkChoice(option: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new OptionError(`There is no ${option} ${value}.`, { value, remedy: `Use ${choices.join(', ')}.` });
}
