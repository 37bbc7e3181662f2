import { type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';

/** A tensor, or a record or an array of such trees. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

export interface CompileOptions {
  /** The variables that the function reads or assigns. Everything else that it uses must be an argument or a constant. */
  readonly state?: readonly Variable[];
  /** Compile with XLA where the backend has it. */
  readonly xla?: boolean;
  /** `bfloat16` lets the backend compute convolutions and matrix products in bfloat16 where the processor has it. */
  readonly precision?: 'float32' | 'bfloat16';
  /** Appears in error messages. */
  readonly name?: string;
}

/** What `compile` gives back: the same function, faster. Results belong to the caller. */
export interface Compiled<Arguments extends readonly TensorTree[], Result extends TensorTree> {
  (...inputs: Arguments): Result;
  /** The same call on a worker thread where the backend has one, so that the event loop stays free. */
  async(...inputs: Arguments): Promise<Result>;
  /** Frees the compiled form. */
  dispose(): void;
}

/**
 * Turns a pure function of tensors (and declared state) into one graph. `@deflow/tensorflow` exports such a function;
 * the other packages take it as an argument and know nothing of engines.
 */
export type Compile = <Arguments extends readonly TensorTree[], Result extends TensorTree>(
  fn: (...inputs: Arguments) => Result,
  options?: CompileOptions,
) => Compiled<Arguments, Result>;

/** The `Compile` of every backend without graphs: runs the function as it is, inside `tidy`. */
export const runEagerly: Compile = <Arguments extends readonly TensorTree[], Result extends TensorTree>(
  fn: (...inputs: Arguments) => Result,
): Compiled<Arguments, Result> => {
  const run = (...inputs: Arguments): Result => tidy(() => fn(...inputs) as never);
  return Object.assign(run, { async: async (...inputs: Arguments) => run(...inputs), dispose() {} });
};
