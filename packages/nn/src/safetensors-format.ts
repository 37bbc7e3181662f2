import { CheckpointFormatError } from './errors.ts';

/** How the numbers of each safetensors type lie in memory. F16, BF16 are bit patterns (`toFloat32` converts), BOOL is 0 or 1. */
interface Arrays {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly F16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly I64: BigInt64Array;
  readonly I32: Int32Array;
  readonly I16: Int16Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
  readonly U16: Uint16Array;
  readonly U32: Uint32Array;
  readonly BOOL: Uint8Array;
}

export type SafetensorsType = keyof Arrays;

type ArrayClass<Data> = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Data;
  readonly BYTES_PER_ELEMENT: number;
};

/** The classes of `Arrays`. */
export const safetensorsArrays: { readonly [Type in SafetensorsType]: ArrayClass<Arrays[Type]> } = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  BOOL: Uint8Array,
};

type TensorOf<Type extends SafetensorsType> = {
  readonly dtype: Type;
  readonly shape: readonly number[];
  /** In C order. */
  readonly data: Arrays[Type];
};

/** A tensor in plain memory. */
export type SafetensorsTensor = { [Type in SafetensorsType]: TensorOf<Type> }[SafetensorsType];

/** A safetensors file in memory: tensors in the order of their bytes, and free text by name. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reserved name of the free texts. */
export const metadataKey = '__metadata__';

/** The format's own limit: readers refuse longer headers. */
export const longestHeader = 100_000_000;

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const isSafetensorsType = (name: unknown): name is SafetensorsType =>
  typeof name === 'string' && Object.hasOwn(safetensorsArrays, name);

export const isShape = (shape: unknown): shape is number[] =>
  Array.isArray(shape) &&
  shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
  Number.isSafeInteger(elementCount(shape));

/** A CheckpointFormatError whose remedy is to fetch or save the file again. */
export function damaged(message: string, value?: unknown): CheckpointFormatError {
  const remedy = 'The file is damaged or no safetensors file: fetch or save it again.';
  return new CheckpointFormatError(message, { remedy, value });
}
