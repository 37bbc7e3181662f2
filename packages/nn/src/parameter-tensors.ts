import { type CheckpointTensor, toFloat32 } from '@deflow/checkpoints';
import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { type MismatchReport, parameterMismatch } from './parameter-mismatch.ts';
import { namedParameters, type ParameterTree } from './parameters.ts';

/** The values of all variables of `tree` under their dotted paths: float32, int32 or bool. */
export async function exportParameters(tree: ParameterTree): Promise<Map<string, CheckpointTensor>> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, variable] of namedParameters(tree)) {
    const { shape } = variable;
    const data = await variable.data();
    if (data instanceof Float32Array) tensors.set(name, { type: 'float32', shape, data });
    else if (data instanceof Int32Array) tensors.set(name, { type: 'int32', shape, data });
    else tensors.set(name, { type: 'bool', shape, data });
  }
  return tensors;
}

export interface ImportOptions {
  /** false lets names be missing or unexpected on either side; shapes must always agree. */
  readonly strict?: boolean;
}

export interface Imported {
  /** Names that the tree has and `tensors` have not: these keep their values. */
  readonly missing: readonly string[];
  /** Names that `tensors` have and the tree has not. */
  readonly unexpected: readonly string[];
}

/**
 * Gives the variables of `tree` the values of the tensors of the same name. Any type of number goes into float32 variables but 64-bit integers.
 * @throws ParameterMismatchError listing missing, unexpected and mismatched names; then nothing has changed.
 */
export function importParameters(
  tree: ParameterTree,
  tensors: ReadonlyMap<string, CheckpointTensor>,
  { strict = true }: ImportOptions = {},
): Imported {
  const variables = namedParameters(tree);
  const report: MismatchReport = { missing: [], unexpected: [], mismatched: [] };
  for (const [name, variable] of variables) {
    const found = tensors.get(name);
    if (!found) report.missing.push(name);
    else if (!fits(variable, found)) {
      const [expected, got] = [describe(variable.dtype, variable.shape), describe(found.type, found.shape)];
      report.mismatched.push(`${name}: the model has ${expected}, the checkpoint ${got}`);
    }
  }
  report.unexpected.push(...[...tensors.keys()].filter((name) => !variables.has(name)));
  const namesDiffer = report.missing.length + report.unexpected.length > 0;
  if (report.mismatched.length > 0 || (strict && namesDiffer)) throw parameterMismatch(report, strict);
  for (const [name, variable] of variables) {
    const found = tensors.get(name);
    if (found) assign(variable, found);
  }
  return { missing: report.missing, unexpected: report.unexpected };
}

const describe = (type: string, shape: readonly number[]) => `${type} [${shape}]`;

const noParameters = ['int64', 'uint64', 'bool'];

function fits(variable: Variable, { type, shape }: CheckpointTensor): boolean {
  if (shape.length !== variable.rank || shape.some((size, axis) => size !== variable.shape[axis])) return false;
  if (variable.dtype === 'float32') return !noParameters.includes(type);
  return type === variable.dtype;
}

function assign(variable: Variable, found: CheckpointTensor): void {
  const values =
    variable.dtype === 'float32' ? toFloat32(found).slice() : (found.data.slice() as Int32Array | Uint8Array);
  tidy(() => variable.assign(tensor(values, variable.shape, variable.dtype)));
}
