import { checkTensor } from '../check-tensor.ts';
import { concatenate } from '../concatenate.ts';
import { CheckpointFormatError } from '../errors.ts';
import { type PickleWriter, PickleWriter as Writer, writePickle } from '../pickle/write-pickle.ts';
import { bytesOf, type CheckpointTensor, type TensorType } from '../tensor.ts';
import { type CheckpointValue, isMap, isTensor } from '../value.ts';
import { crc32 } from '../zip/crc32.ts';
import { type ZipFile, zipParts } from '../zip/write-zip.ts';
import { legacyMagic, legacyProtocol } from './decode-legacy.ts';
import type { PyTorchContainer } from './decode-pytorch.ts';
import { storageNames } from './globals.ts';

export interface EncodePyTorchOptions {
  readonly container?: PyTorchContainer;
  /** The CRC-32 of bytes, where something faster than the built-in one is at hand. */
  readonly checksum?: (bytes: Uint8Array) => number;
}

/** What `encodePyTorch` takes: tensors by name, or any value, such as `new Map([['params', tensors]])`. */
export type PyTorchValue = CheckpointValue | Readonly<Record<string, CheckpointTensor>>;

/**
 * The bytes of a file that PyTorch's `torch.load(path, weights_only=True)` reads. Keys keep their order; a Map or an object becomes an
 * OrderedDict, an array a list, a number without a fraction an int. Tensors with the same `data` share a storage.
 * @throws CheckpointFormatError for tensors whose data do not fit their shape or type, and uint16, uint32, uint64 in the legacy
 * container, which has no names for them; CheckpointLimitError beyond 4 GiB.
 */
export function encodePyTorch(value: PyTorchValue, options: EncodePyTorchOptions = {}): Uint8Array<ArrayBuffer> {
  return concatenate(pyTorchParts(value, options));
}

/** The parts of `encodePyTorch`, without a copy of the numbers. */
export function pyTorchParts(
  value: PyTorchValue,
  { container = 'zip', checksum = crc32 }: EncodePyTorchOptions = {},
): Uint8Array[] {
  const storages = new Map<CheckpointTensor['data'], { key: string; tensor: CheckpointTensor }>();
  const keyOf = (tensor: CheckpointTensor): string => {
    const known = storages.get(tensor.data);
    if (known?.tensor.type === tensor.type) return known.key;
    const key = String(storages.size);
    storages.set(tensor.data, { key, tensor });
    return key;
  };
  const writer = new Writer((pickle, tensor) => writeTensor(pickle, tensor, keyOf(tensor), container));
  writer.value(isPlainObject(value) ? new Map(Object.entries(value)) : value);
  const entries = [...storages.values()];
  if (container === 'zip') return archiveParts(writer.finish(), entries, checksum);
  return legacyParts(writer.finish(), entries);
}

type Stored = { readonly key: string; readonly tensor: CheckpointTensor };

const isPlainObject = (value: PyTorchValue): value is Readonly<Record<string, CheckpointTensor>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isMap(value as never) && !isTensor(value);

function archiveParts(pickle: Uint8Array, storages: readonly Stored[], checksum: (bytes: Uint8Array) => number) {
  const text = (content: string) => new TextEncoder().encode(content);
  const files: ZipFile[] = [
    { name: 'archive/data.pkl', content: pickle },
    { name: 'archive/byteorder', content: text('little') },
    ...storages.map(({ key, tensor }) => ({ name: `archive/data/${key}`, content: bytesOf(tensor) })),
    { name: 'archive/version', content: text('3\n') },
  ];
  return zipParts(files, { checksum, alignment: 64 });
}

function legacyParts(pickle: Uint8Array, storages: readonly Stored[]): Uint8Array[] {
  const machine = new Map<string, CheckpointValue>([
    ['protocol_version', legacyProtocol],
    ['little_endian', true],
    ['type_sizes', new Map(Object.entries({ short: 2, int: 4, long: 4 }))],
  ]);
  const keys = storages.map(({ key }) => key);
  const heads = [legacyMagic, legacyProtocol, machine].map((head) => writePickle((writer) => writer.value(head)));
  const numbers = storages.flatMap(({ tensor }) => {
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(tensor.data.length), true);
    return [length, bytesOf(tensor)];
  });
  return [...heads, pickle, writePickle((writer) => writer.value(keys)), ...numbers];
}

/** The call of torch._utils._rebuild_tensor_v2 that PyTorch writes; _v3 for the types that have no storage class. */
function writeTensor(pickle: PickleWriter, tensor: CheckpointTensor, key: string, container: PyTorchContainer): void {
  const { type, shape, data } = tensor;
  checkTensor(`number ${key}`, tensor);
  const storage = storageNames.get(type);
  if (!storage && container === 'legacy') throw unnamed(type);
  pickle.global('torch._utils', storage ? '_rebuild_tensor_v2' : '_rebuild_tensor_v3');
  pickle.code('((');
  pickle.word('storage');
  if (storage) pickle.global('torch', storage);
  else pickle.global('torch.storage', 'UntypedStorage');
  pickle.text(key);
  pickle.word('cpu');
  pickle.integer(storage ? data.length : data.byteLength);
  pickle.code(container === 'legacy' ? 'NtQK\0' : 'tQK\0');
  pickle.sizes(shape);
  pickle.sizes(stridesOf(shape));
  pickle.code('\x89');
  pickle.orderedDictionary();
  if (!storage) pickle.global('torch', type);
  pickle.code('tR');
}

/** Strides of C order. */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * Math.max(1, size), 1));

const unnamed = (type: TensorType) =>
  new CheckpointFormatError(`PyTorch's legacy container has no name for ${type}.`, {
    remedy: "Use container: 'zip', or another type.",
    value: type,
  });
