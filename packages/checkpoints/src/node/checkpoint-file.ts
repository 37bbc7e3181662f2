import * as zlib from 'node:zlib';
import { CheckpointFormatError } from '../errors.ts';
import { decodePyTorch, isPyTorch } from '../pytorch/decode-pytorch.ts';
import { type PyTorchValue, pyTorchParts } from '../pytorch/encode-pytorch.ts';
import { decodeSafetensors } from '../safetensors/decode-safetensors.ts';
import { type NamedTensors, safetensorsParts } from '../safetensors/encode-safetensors.ts';
import { type StateDictOptions, stateDict } from '../state-dict.ts';
import type { CheckpointTensor } from '../tensor.ts';
import type { CheckpointValue } from '../value.ts';
import { checkpointFileError } from './file-error.ts';
import { type CheckpointFormat, formatOfPath } from './format.ts';
import { readWhole } from './read-whole.ts';
import { writeAtomically } from './write-atomically.ts';

const jsonStart = '{'.charCodeAt(0);

const checksum = (bytes: Uint8Array): number => zlib.crc32(bytes);

/** All that a checkpoint holds. */
export interface CheckpointContents {
  readonly format: CheckpointFormat;
  /** A Map of tensors by name for safetensors; whatever torch.save was given for PyTorch. */
  readonly value: CheckpointValue;
  /** Free texts, which only safetensors has. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Checkpoint {
  readonly format: CheckpointFormat;
  readonly tensors: Map<string, CheckpointTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a file of any known format, found by its content. @throws CheckpointFileError, CheckpointFormatError */
export async function readContents(path: string): Promise<CheckpointContents> {
  let bytes: Uint8Array;
  try {
    bytes = await readWhole(path);
  } catch (error) {
    throw checkpointFileError('read', path, error);
  }
  if (isPyTorch(bytes)) {
    const { container, value } = decodePyTorch(bytes, { checksum });
    return { format: container === 'zip' ? 'pytorch' : 'pytorch-legacy', value, metadata: {} };
  }
  if (bytes[8] !== jsonStart) {
    throw new CheckpointFormatError(`${path} is neither a PyTorch file nor a safetensors file.`, {
      remedy: 'Give a checkpoint, or fetch it again: a page of an error may have been saved in its place.',
      value: path,
    });
  }
  const { tensors, metadata } = decodeSafetensors(bytes);
  return { format: 'safetensors', value: tensors, metadata };
}

/**
 * The tensors by name in a safetensors or PyTorch file; of the latter those that `stateDict` finds.
 * @throws CheckpointFileError when it cannot be read, CheckpointFormatError or one of its kinds when it is damaged or of no known
 * format, CheckpointContentError when it holds no tensors.
 */
export async function readCheckpoint(path: string, options: StateDictOptions = {}): Promise<Checkpoint> {
  const { format, value, metadata } = await readContents(path);
  if (format === 'safetensors') return { format, tensors: new Map(value as Map<string, CheckpointTensor>), metadata };
  return { format, tensors: stateDict(value, options), metadata };
}

export interface WriteCheckpointOptions {
  /** Unless given, the one that the file's ending stands for: .safetensors; .pth, .pt, .ckpt, .bin. */
  readonly format?: CheckpointFormat;
  /** Free texts by name, for safetensors. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a checkpoint as a whole or not at all: a file that was there stays intact until the new one is complete.
 * PyTorch files keep the order of the tensors and may nest them, as in `new Map([['params', tensors]])`; safetensors has one flat list,
 * in an order of its own.
 * @throws CheckpointFileError when the disk is full, the folder read-only or missing; CheckpointFormatError as `encodeSafetensors` and
 * `encodePyTorch`, and for metadata in a format that has none.
 */
export async function writeCheckpoint(
  path: string,
  tensors: NamedTensors | PyTorchValue,
  { format = formatOfPath(path), metadata = {} }: WriteCheckpointOptions = {},
): Promise<void> {
  const parts =
    format === 'safetensors'
      ? safetensorsParts(tensors as NamedTensors, metadata)
      : pyTorchFileParts(tensors, format, metadata);
  try {
    await writeAtomically(path, parts);
  } catch (error) {
    throw checkpointFileError('write', path, error);
  }
}

function pyTorchFileParts(
  value: PyTorchValue,
  format: Exclude<CheckpointFormat, 'safetensors'>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  if (Object.keys(metadata).length > 0) {
    throw new CheckpointFormatError('PyTorch files have no place for metadata.', {
      remedy: 'Leave it out, or write a safetensors file.',
      value: metadata,
    });
  }
  return pyTorchParts(value, { container: format === 'pytorch' ? 'zip' : 'legacy', checksum });
}
