import { CheckpointFormatError } from '../errors.ts';
import { MemoryBudget } from '../memory-budget.ts';
import type { CheckpointValue } from '../value.ts';
import { crc32 } from '../zip/crc32.ts';
import { signatures } from '../zip/format.ts';
import { decodeArchive } from './decode-archive.ts';
import { decodeLegacy, isLegacy } from './decode-legacy.ts';

/** How PyTorch lays out a file: a zip archive since 1.6, before that a stream of pickles and numbers. */
export type PyTorchContainer = 'zip' | 'legacy';

export interface PyTorchFile {
  readonly container: PyTorchContainer;
  readonly value: CheckpointValue;
}

export interface DecodePyTorchOptions {
  /** The CRC-32 of bytes, where something faster than the built-in one is at hand. */
  readonly checksum?: (bytes: Uint8Array) => number;
}

/** Whether `bytes` begin like a zip archive. */
const isZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === signatures.localFile;

/** Whether `bytes` begin like a file of torch.save. */
export const isPyTorch = (bytes: Uint8Array): boolean => isZip(bytes) || isLegacy(bytes);

/**
 * Reads what torch.save wrote, without executing any of it. Tensors are views of `bytes` where they are aligned there, else copies;
 * strides, offsets and shared storages are resolved, devices ignored.
 * @throws CheckpointFormatError for bytes that torch.save did not write, and its kinds: ForeignObjectError for objects other than
 * tensors, dictionaries, lists, texts and numbers; CheckpointTruncatedError; CheckpointArchiveError for a damaged or deceiving zip
 * archive; CheckpointLimitError for bombs, values nested without end, and tensors that repeat a few numbers very often.
 */
export function decodePyTorch(bytes: Uint8Array, { checksum = crc32 }: DecodePyTorchOptions = {}): PyTorchFile {
  const budget = new MemoryBudget(bytes.length);
  if (isZip(bytes)) return { container: 'zip', value: decodeArchive(bytes, { checksum, budget }) };
  if (isLegacy(bytes)) return { container: 'legacy', value: decodeLegacy(bytes, budget) };
  throw new CheckpointFormatError('These bytes are no PyTorch file.', {
    remedy: 'Give a file that torch.save wrote: a zip archive, or the older stream of pickles.',
    value: bytes.slice(0, 16),
  });
}
