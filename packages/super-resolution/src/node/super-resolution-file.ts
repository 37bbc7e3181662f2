import { type CheckpointFormat, readCheckpoint, writeAtomically, writeCheckpoint } from '@deflow/checkpoints/node';
import type { SuperResolutionNetwork } from '../network.ts';
import { networkFromFile } from '../network-file.ts';
import type { RrdbNames } from '../rrdb-names.ts';
import { networkToStateDict } from '../state-dict.ts';

export interface ReadSuperResolutionOptions {
  /** Which dictionary of a PyTorch file to take; `params_ema`, else `params`, else what there is unless given. */
  readonly key?: string;
}

/**
 * Builds the network in a file: a published .pth of either container, a safetensors file, or a checkpoint of
 * `trainSuperResolution`.
 *
 * @throws CheckpointFileError, CheckpointFormatError when it cannot be read; NetworkFileError, ParameterMismatchError when it holds
 * no network that is known here.
 */
export async function readSuperResolution(
  path: string,
  options: ReadSuperResolutionOptions = {},
): Promise<SuperResolutionNetwork> {
  return networkFromFile(await readCheckpoint(path, options));
}

export interface WriteSuperResolutionOptions {
  /** Which of the published names to use; BasicSR's unless said. */
  readonly names?: RrdbNames;
  /** Unless given, the one that the file's ending stands for: .safetensors; .pth, .pt, .ckpt, .bin. */
  readonly format?: CheckpointFormat;
  /** The dictionary of a PyTorch file that holds the tensors: BasicSR wants `params` or `params_ema`. None unless given. */
  readonly key?: 'params' | 'params_ema';
}

/** Writes a network as PyTorch programs read it, as a whole or not at all. @throws CheckpointFileError, CheckpointFormatError */
export async function writeSuperResolution(
  path: string,
  network: SuperResolutionNetwork,
  { key, names, format }: WriteSuperResolutionOptions = {},
): Promise<void> {
  const tensors = await networkToStateDict(network, names ? { names } : {});
  await writeCheckpoint(path, key ? new Map([[key, tensors]]) : tensors, format ? { format } : {});
}

/**
 * Writes the bytes of a checkpoint of `trainSuperResolution` as a whole or not at all: killed at any moment, the file holds the old
 * checkpoint or the new one.
 *
 * @throws CheckpointFileError when the disk is full, the folder read-only or missing.
 */
export async function writeTrainingCheckpoint(path: string, checkpoint: Uint8Array): Promise<void> {
  await writeAtomically(path, [checkpoint]);
}
