import type { CheckpointTensor } from '@deflow/checkpoints';
import { namedParameters } from '@deflow/nn';
import type { Variable } from '@tensorflow/tfjs-core';
import type { DeFlow } from '../deflow.ts';
import { kernelToReleased } from './axes.ts';
import { type ReleasedTensor, releasedLayout } from './layout.ts';

export interface ExportReleasedOptions {
  /** Tensors that the released program stores and never uses, as `importReleased` gave them. Zeros, and identities as `I`, unless given. */
  readonly unused?: ReadonlyMap<string, CheckpointTensor>;
}

/**
 * The parameters of `model` as a state dict that the released program loads strictly: all keys in its order, float32.
 * Write it with `writeCheckpoint` of `@deflow/checkpoints/node` or `encodePyTorch`.
 * @throws InvalidConfigError when the model is not of the released structure.
 */
export async function exportReleased(
  model: DeFlow,
  { unused }: ExportReleasedOptions = {},
): Promise<Map<string, CheckpointTensor>> {
  const variables = namedParameters(model.parameters);
  const tensors = new Map<string, CheckpointTensor>();
  for (const released of releasedLayout(model.config)) {
    const { key, shape, parts } = released;
    const kept = parts.length === 0 ? unused?.get(key) : undefined;
    tensors.set(key, kept ?? { type: 'float32', shape, data: await joinParts(variables, released) });
  }
  return tensors;
}

async function joinParts(
  variables: ReadonlyMap<string, Variable>,
  { key, shape, parts }: ReleasedTensor,
): Promise<Float32Array> {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (parts.length === 0 && /(^|\.)I$/.test(key)) return identity(values, shape[0]!);
  for (const { path, inputs } of parts) {
    const variable = variables.get(path)!;
    const own = (await variable.data()) as Float32Array;
    if (variable.rank !== 4) values.set(own);
    else {
      const kernel = shape as [number, number, number, number];
      kernelToReleased(own, values, { shape: kernel, inputs: inputs ?? [0, kernel[1]] });
    }
  }
  return values;
}

function identity(values: Float32Array, size: number): Float32Array {
  for (let i = 0; i < size; i++) values[i * (size + 1)] = 1;
  return values;
}
