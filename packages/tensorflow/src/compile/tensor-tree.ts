import { Tensor } from '@tensorflow/tfjs-core';

/** A tensor, or a record or an array of such trees. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** The shape of a tree without its tensors: `null` stands for a tensor, records are sorted by name. */
export type TreeStructure = null | readonly TreeStructure[] | { readonly [name: string]: TreeStructure };

/** Appends the tensors of `tree` to `leaves`, in the order of its structure, and gives back the structure. What is neither a tensor nor a tree goes to `reject` with its path. */
export function flattenTree(
  tree: unknown,
  leaves: Tensor[],
  path: string,
  reject: (path: string, leaf: unknown) => never,
): TreeStructure {
  if (tree instanceof Tensor) {
    leaves.push(tree);
    return null;
  }
  if (Array.isArray(tree)) return tree.map((child, index) => flattenTree(child, leaves, `${path}[${index}]`, reject));
  if (typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return reject(path, tree);
  const names = Object.keys(tree).sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      flattenTree((tree as Record<string, unknown>)[name], leaves, `${path}.${name}`, reject),
    ]),
  );
}

/** The inverse of `flattenTree`: takes the tensors from the iterator in order. */
export function unflattenTree(structure: TreeStructure, leaves: Iterator<Tensor>): TensorTree {
  if (structure === null) return leaves.next().value as Tensor;
  if (isList(structure)) return structure.map((child) => unflattenTree(child, leaves));
  return Object.fromEntries(Object.entries(structure).map(([name, child]) => [name, unflattenTree(child, leaves)]));
}

const isList = (structure: TreeStructure): structure is readonly TreeStructure[] => Array.isArray(structure);

/** A key that is equal for inputs that the same recording can serve: same structure, shapes and dtypes. */
export const signatureOf = (structure: TreeStructure, leaves: readonly Tensor[]): string =>
  JSON.stringify(structure) + leaves.map((tensor) => `${tensor.dtype}[${tensor.shape}]`).join();
