import { add, clone, mul, sub, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { namedParameters, type ParameterTree } from './parameters.ts';

export interface ExponentialMovingAverageOptions {
  readonly decay?: number;
}

export interface ExponentialMovingAverage {
  /** The averages, named like the parameters; they start as copies. */
  readonly averages: ParameterTree;
  /** The same as a list, for the `state` of a compiled step. */
  readonly variables: readonly Variable[];
  /** average = decay * average + (1 - decay) * parameter. Pure but for `variables`: it may stand in a compiled step. */
  update(): void;
  /** Exchanges parameters and averages: once to evaluate with the averages, once more to go on training. */
  swap(): void;
  /** Frees the averages. */
  dispose(): void;
}

/** Follows the trainable variables of `parameters` slowly (Polyak averaging, as GAN trainers use it). */
export function exponentialMovingAverage(
  parameters: ParameterTree,
  { decay = 0.999 }: ExponentialMovingAverageOptions = {},
): ExponentialMovingAverage {
  const followed = [...namedParameters(parameters)].filter(([, parameter]) => parameter.trainable);
  const averages: Record<string, Variable> = tidy(() =>
    Object.fromEntries(followed.map(([name, parameter]) => [name, variable(clone(parameter), false)])),
  );
  const pairs = followed.map(([name, parameter]) => ({ parameter, average: averages[name]! }));
  const variables = Object.values(averages);
  return {
    averages,
    variables,
    update: () =>
      tidy(() => {
        for (const { parameter, average } of pairs) {
          average.assign(add(average, mul(sub(parameter, average), 1 - decay)));
        }
      }),
    swap: () =>
      tidy(() => {
        for (const { parameter, average } of pairs) {
          const held = clone(parameter);
          parameter.assign(average);
          average.assign(held);
        }
      }),
    dispose: () => variables.forEach((average) => void average.dispose()),
  };
}
