import { namedParameters, type ParameterTree } from '@deflow/nn';
import type { DeFlow } from './deflow.ts';
import { InvalidConfigError } from './errors.ts';

/**
 * The parameters of `model` without the parts named by `frozen`: dotted paths such as `conditioning` or `levels.0`.
 * @throws InvalidConfigError for a path that names no parameter, or when nothing is left to train.
 */
export function withoutFrozen({ parameters }: DeFlow, frozen: readonly string[]): ParameterTree {
  if (frozen.length === 0) return parameters;
  const all = [...namedParameters(parameters)];
  const within = (name: string, path: string) => name === path || name.startsWith(`${path}.`);
  const unknown = frozen.filter((path) => !all.some(([name]) => within(name, path)));
  if (unknown.length > 0) {
    throw new InvalidConfigError(`There is nothing to freeze under ${unknown.join(', ')}.`, {
      remedy: `Use paths of the model's parameters: ${Object.keys(parameters).join(', ')}, or parts of them such as levels.0.`,
      value: frozen,
    });
  }
  const left = all.filter(([name]) => !frozen.some((path) => within(name, path)));
  if (left.some(([, { trainable }]) => trainable)) return Object.fromEntries(left);
  throw new InvalidConfigError('Every parameter is frozen.', {
    remedy: 'Leave a part of the model out of `frozen`.',
    value: frozen,
  });
}
