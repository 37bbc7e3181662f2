import { add, clone, mul, sub, type Tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { join, joinVariables, type Storage, separate } from './joined-variables.ts';
import { namedParameters, type ParameterTree } from './parameters.ts';

export interface ExponentialMovingAverageOptions {
  readonly decay?: number;
  /** `joined`: all averages in one variable, for XLA, as in `adam`. `averages` is the same either way. */
  readonly storage?: Storage;
}

export interface ExponentialMovingAverage {
  /** The averages, named like the parameters; they start as copies; joined ones as they are when you ask. */
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
  { decay = 0.999, storage = 'each' }: ExponentialMovingAverageOptions = {},
): ExponentialMovingAverage {
  const followed = new Map([...namedParameters(parameters)].filter(([, parameter]) => parameter.trainable));
  return storage === 'joined' ? joinedAverages(followed, decay) : separateAverages(followed, decay);
}

const towards = (average: Tensor, parameter: Tensor, decay: number): Tensor =>
  add(average, mul(sub(parameter, average), 1 - decay));

function separateAverages(followed: ReadonlyMap<string, Variable>, decay: number): ExponentialMovingAverage {
  const averages: Record<string, Variable> = tidy(() =>
    Object.fromEntries([...followed].map(([name, parameter]) => [name, variable(clone(parameter), false)])),
  );
  const pairs = [...followed].map(([name, parameter]) => ({ parameter, average: averages[name]! }));
  const variables = Object.values(averages);
  return {
    averages,
    variables,
    update: () =>
      tidy(() => {
        for (const { parameter, average } of pairs) average.assign(towards(average, parameter, decay));
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

function joinedAverages(followed: ReadonlyMap<string, Variable>, decay: number): ExponentialMovingAverage {
  const parameters = [...followed.values()];
  const joined = joinVariables(followed, (parameter) => parameter);
  const { flat } = joined;
  return {
    get averages() {
      return joined.parts();
    },
    variables: [flat],
    update: () => tidy(() => flat.assign(towards(flat, join(parameters), decay))),
    swap: () =>
      tidy(() => {
        const held = join(parameters);
        separate(flat, parameters).forEach((value, i) => void parameters[i]!.assign(value));
        flat.assign(held);
      }),
    dispose: () => joined.dispose(),
  };
}
