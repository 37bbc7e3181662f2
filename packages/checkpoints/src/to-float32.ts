import { CheckpointFormatError } from './errors.ts';
import type { CheckpointTensor } from './tensor.ts';

/** The numbers of any tensor as float32; float32 data is returned itself. @throws CheckpointFormatError for 64-bit integers and bool. */
export function toFloat32({ type, data }: CheckpointTensor): Float32Array {
  switch (type) {
    case 'float32':
      return data;
    case 'float16':
      return Float32Array.from(data, fromHalf);
    case 'bfloat16': {
      const bits = Uint32Array.from(data, (value) => value << 16);
      return new Float32Array(bits.buffer);
    }
    case 'int64':
    case 'uint64':
    case 'bool':
      throw new CheckpointFormatError(`${type} numbers are no parameters.`, {
        remedy: 'Read them from the tensor as they are.',
        value: type,
      });
    default:
      return Float32Array.from(data);
  }
}

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The upper half of float32. */
export function bfloat16ToFloat32(bits: number): number {
  word[0] = bits << 16;
  return single[0]!;
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
