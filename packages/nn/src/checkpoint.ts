import { readFile } from 'node:fs/promises';
import { checkpointFileError } from './checkpoint-errors.ts';
import { exportParameters, type Imported, type ImportOptions, importParameters } from './parameter-tensors.ts';
import type { ParameterTree } from './parameters.ts';
import { decodeSafetensors } from './safetensors-decode.ts';
import { encodeSafetensors } from './safetensors-encode.ts';
import type { SafetensorsFile, SafetensorsTensor } from './safetensors-format.ts';
import { writeAtomically } from './write-atomically.ts';

/** @throws CheckpointFileError when the file cannot be read, CheckpointFormatError when it is no safetensors file. */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw checkpointFileError('read', path, error);
  }
  return decodeSafetensors(bytes);
}

/**
 * Writes a safetensors file as a whole or not at all: a file that was there stays intact until the new one is complete.
 * @throws CheckpointFileError when the disk is full, the folder read-only or missing; CheckpointFormatError as `encodeSafetensors`.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, SafetensorsTensor> | Readonly<Record<string, SafetensorsTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = encodeSafetensors(tensors, metadata);
  try {
    await writeAtomically(path, bytes);
  } catch (error) {
    throw checkpointFileError('write', path, error);
  }
}

/** Writes all variables of `tree`, buffers included, under their dotted paths. @throws CheckpointFileError */
export async function saveParameters(
  path: string,
  tree: ParameterTree,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeSafetensors(path, await exportParameters(tree), metadata);
}

export interface Loaded extends Imported {
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Gives the variables of `tree` the values saved at `path`.
 * @throws CheckpointFileError, CheckpointFormatError, or ParameterMismatchError as `importParameters`; then nothing has changed.
 */
export async function loadParameters(path: string, tree: ParameterTree, options: ImportOptions = {}): Promise<Loaded> {
  const { tensors, metadata } = await readSafetensors(path);
  return { metadata, ...importParameters(tree, tensors, options) };
}
