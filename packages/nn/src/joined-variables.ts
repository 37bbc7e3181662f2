import {
  concat,
  reshape,
  split,
  type Tensor,
  type Tensor1D,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';

/** Where values that belong to parameters lie: `each` in a variable of its own, or `joined` in a single one. */
export type Storage = 'each' | 'joined';

/** Tensors one after the other, as one vector. */
export const join = (tensors: readonly Tensor[]): Tensor1D =>
  tidy(() => {
    const parts = tensors.map((tensor) => reshape(tensor, [tensor.size]) as Tensor1D);
    return parts.length > 0 ? concat(parts) : zeros([0]);
  });

/** The parts of a vector that `join` would make of tensors like these. */
export const separate = (joined: Tensor, like: readonly Tensor[]): Tensor[] =>
  tidy(() => {
    if (like.length === 0) return [];
    const sizes = like.map(({ size }) => size);
    return split(joined, sizes).map((part, i) => reshape(part, like[i]!.shape));
  });

/** One variable that holds a value for each of several named ones. */
export interface JoinedVariables {
  readonly flat: Variable;
  /** The parts as variables by name, with the values of now; assigning to one changes `flat`. */
  parts(): Record<string, Variable>;
  dispose(): void;
}

/** Joins what `start` gives for each of the named variables. */
export function joinVariables(named: ReadonlyMap<string, Variable>, start: (of: Variable) => Tensor): JoinedVariables {
  const like = [...named.values()];
  const flat = tidy(() => variable(join(like.map(start)), false));
  let made: { readonly part: Variable; readonly show: (value: Tensor) => void }[] | undefined;
  const makePart = (value: Tensor) => {
    const part = variable(value, false);
    const show = part.assign.bind(part);
    part.assign = (given: Tensor) => {
      show(given);
      tidy(() => flat.assign(join(made!.map((each) => each.part))));
    };
    return { part, show };
  };
  const parts = () =>
    tidy(() => {
      const values = separate(flat, like);
      if (made) made.forEach(({ show }, i) => void show(values[i]!));
      else made = values.map(makePart);
      return Object.fromEntries([...named.keys()].map((name, i) => [name, made![i]!.part]));
    });
  return {
    flat,
    parts,
    dispose: () => {
      flat.dispose();
      for (const { part } of made ?? []) part.dispose();
    },
  };
}
