import type { Random } from '@deflow/images';
import { tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import type { Initializer } from './initializers.ts';

/**
 * The variables of a layer or model by name. Nested trees give dotted paths: `{ steps: [{ actNorm: { bias } }] }` holds
 * `steps.0.actNorm.bias`. Variables made with `trainable: false` are buffers: saved and loaded, never updated.
 */
export interface ParameterTree {
  readonly [name: string]: Variable | ParameterTree | readonly ParameterTree[];
}

export interface ParameterOptions {
  /** false makes a buffer: saved and loaded, never updated. */
  readonly trainable?: boolean;
}

/** A float32 variable of `shape` with start values from `start`. */
export function createParameter(
  shape: readonly number[],
  start: Initializer,
  random: Random,
  { trainable = true }: ParameterOptions = {},
): Variable {
  return tidy(() => variable(tensor(new Float32Array(start(shape, random)), [...shape]), trainable));
}

const isVariable = (node: object): node is Variable => 'dataId' in node;

/** All variables of `tree` with their dotted paths, in the order in which the tree names them. */
export function namedParameters(tree: ParameterTree): Map<string, Variable> {
  const found = new Map<string, Variable>();
  const walk = (node: object, path: string) => {
    if (isVariable(node)) found.set(path, node);
    else for (const [name, child] of Object.entries(node)) walk(child, path ? `${path}.${name}` : name);
  };
  walk(tree, '');
  return found;
}

/** The variables of `tree` that training changes. */
export const trainableParameters = (tree: ParameterTree): Variable[] =>
  [...namedParameters(tree).values()].filter((variable) => variable.trainable);

/** Frees every variable of `tree`. */
export function disposeParameters(tree: ParameterTree): void {
  for (const variable of namedParameters(tree).values()) variable.dispose();
}
