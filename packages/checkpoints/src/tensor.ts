/** How the numbers of each type lie in memory. float16 and bfloat16 are bit patterns (`toFloat32` converts), bool is 0 or 1. */
export interface TensorArrays {
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly float16: Uint16Array;
  readonly bfloat16: Uint16Array;
  readonly int64: BigInt64Array;
  readonly int32: Int32Array;
  readonly int16: Int16Array;
  readonly int8: Int8Array;
  readonly uint64: BigUint64Array;
  readonly uint32: Uint32Array;
  readonly uint16: Uint16Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

export type TensorType = keyof TensorArrays;

type TensorOf<Type extends TensorType> = {
  readonly type: Type;
  readonly shape: readonly number[];
  /** In C order: the last axis moves fastest. */
  readonly data: TensorArrays[Type];
};

/** A tensor in plain memory. */
export type CheckpointTensor = { [Type in TensorType]: TensorOf<Type> }[TensorType];

type ArrayClass<Data> = {
  new (length: number): Data;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Data;
  readonly BYTES_PER_ELEMENT: number;
};

/** The classes of `TensorArrays`. */
export const tensorArrays: { readonly [Type in TensorType]: ArrayClass<TensorArrays[Type]> } = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Whether `shape` is a list of sizes whose product, also of its non-zero sizes alone, is a safe integer. */
export const isShape = (shape: unknown): shape is number[] =>
  Array.isArray(shape) &&
  shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
  Number.isSafeInteger(elementCount(shape.filter((size) => size > 0)));

/** `count` numbers of `type` at the start of `bytes`: a view where they are aligned, otherwise a copy. */
export function asTensor(type: TensorType, shape: readonly number[], bytes: Uint8Array): CheckpointTensor {
  const TypedArray = tensorArrays[type];
  const aligned = bytes.byteOffset % TypedArray.BYTES_PER_ELEMENT === 0;
  // Not slice(): that of Node's Buffer does not copy.
  const { buffer, byteOffset } = aligned ? bytes : new Uint8Array(bytes);
  return { type, shape, data: new TypedArray(buffer, byteOffset, elementCount(shape)) } as CheckpointTensor;
}

/** The bytes of the tensor's numbers, without a copy. */
export const bytesOf = ({ data }: CheckpointTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
