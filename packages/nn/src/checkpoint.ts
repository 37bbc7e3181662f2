import { CheckpointFormatError } from '@deflow/checkpoints';
import { readCheckpoint, writeCheckpoint } from '@deflow/checkpoints/node';
import { exportParameters, type Imported, type ImportOptions, importParameters } from './parameter-tensors.ts';
import type { ParameterTree } from './parameters.ts';

/** Writes all variables of `tree`, buffers included, under their dotted paths, as safetensors. @throws CheckpointFileError */
export async function saveParameters(
  path: string,
  tree: ParameterTree,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeCheckpoint(path, await exportParameters(tree), { format: 'safetensors', metadata });
}

export interface Loaded extends Imported {
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Gives the variables of `tree` the values saved at `path`.
 * @throws CheckpointFileError, CheckpointFormatError (also for PyTorch files, whose axes stand in another order), or
 * ParameterMismatchError as `importParameters`; then nothing has changed.
 */
export async function loadParameters(path: string, tree: ParameterTree, options: ImportOptions = {}): Promise<Loaded> {
  const { format, tensors, metadata } = await readCheckpoint(path);
  if (format !== 'safetensors') {
    throw new CheckpointFormatError(
      `${path} is a PyTorch file: its names and axes are not those of these parameters.`,
      {
        remedy:
          'Load it with the function of the network that it belongs to, such as deflowFromReleased of @deflow/degradation.',
        value: path,
      },
    );
  }
  return { metadata, ...importParameters(tree, tensors, options) };
}
