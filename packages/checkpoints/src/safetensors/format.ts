import { CheckpointFormatError } from '../errors.ts';
import type { CheckpointTensor, TensorType } from '../tensor.ts';

/** The names that safetensors gives to the types of numbers. */
const names = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
} as const satisfies Record<string, TensorType>;

const ofType = Object.fromEntries(Object.entries(names).map(([name, type]) => [type, name]));

/** The type that safetensors calls `name`; undefined for anything else. */
export const typeNamed = (name: unknown): TensorType | undefined =>
  typeof name === 'string' && Object.hasOwn(names, name) ? names[name as keyof typeof names] : undefined;

export const nameOfType = (type: TensorType): string => ofType[type]!;

/** A safetensors file in memory: tensors in the order of their bytes, and free text by name. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reserved name of the free texts. */
export const metadataKey = '__metadata__';

/** The format's own limit: readers refuse longer headers. */
export const longestHeader = 100_000_000;

/** A CheckpointFormatError whose remedy is to fetch or save the file again. */
export function damaged(message: string, value?: unknown): CheckpointFormatError {
  const remedy = 'The file is damaged or no safetensors file: fetch or save it again.';
  return new CheckpointFormatError(message, { remedy, value });
}
