import { describe, expect, test } from 'vitest';
import { CheckpointFormatError } from '../errors.ts';
import type { CheckpointTensor } from '../tensor.ts';
import { toFloat32 } from '../to-float32.ts';
import { decodeSafetensors } from './decode-safetensors.ts';
import { encodeSafetensors } from './encode-safetensors.ts';

const everyType: Record<string, CheckpointTensor> = {
  bool: { type: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
  i8: { type: 'int8', shape: [1, 1], data: Int8Array.of(-7) },
  u8: { type: 'uint8', shape: [2], data: Uint8Array.of(0, 255) },
  i16: { type: 'int16', shape: [1], data: Int16Array.of(-30000) },
  u16: { type: 'uint16', shape: [1], data: Uint16Array.of(60000) },
  f16: { type: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  bf16: { type: 'bfloat16', shape: [2], data: Uint16Array.of(0x3f80, 0xc040) },
  i32: { type: 'int32', shape: [1], data: Int32Array.of(-2_000_000_000) },
  u32: { type: 'uint32', shape: [1], data: Uint32Array.of(4_000_000_000) },
  i64: { type: 'int64', shape: [1], data: BigInt64Array.of(-(2n ** 60n)) },
  f32: { type: 'float32', shape: [2, 1], data: Float32Array.of(1.5, Number.NaN) },
  'f64 "quoted" \u00e4': { type: 'float64', shape: [], data: Float64Array.of(Math.PI) },
  empty: { type: 'float32', shape: [0, 4], data: new Float32Array(0) },
};

/** A file with this header text and `size` bytes of data. */
function file(header: string, size: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (dtype: string, shape: string, begin: number, end: number) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe('encodeSafetensors', () => {
  test('gives the bytes of the format', () => {
    const bytes = encodeSafetensors({ x: { type: 'float32', shape: [1], data: Float32Array.of(1) } }, { a: 'b' });
    const header = '{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const length = Math.ceil(header.length / 8) * 8;
    const expected = file(header.padEnd(length), 4);
    expected.set([0, 0, 0x80, 0x3f], 8 + length);
    expect(bytes).toEqual(expected);
  });

  test('does not depend on the order of the tensors', () => {
    const reversed = Object.fromEntries(Object.entries(everyType).reverse());
    expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors(new Map(Object.entries(everyType))));
  });

  test.each<[string, Record<string, CheckpointTensor>, string]>([
    ['a shape that does not fit', { x: { type: 'float32', shape: [3], data: new Float32Array(2) } }, 'has 2 elements'],
    ['a reserved name', { __metadata__: everyType.u8! }, 'reserved name'],
    ['a negative size', { x: { type: 'uint8', shape: [-1, -2], data: new Uint8Array(2) } }, 'of shape [-1,-2]'],
    [
      'the wrong array',
      { x: { type: 'float32', shape: [1], data: new Float64Array(1) } as unknown as CheckpointTensor },
      'has type float32 but no Float32Array',
    ],
  ])('refuses %s', (_, tensors, message) => {
    expect(() => encodeSafetensors(tensors)).toThrow(CheckpointFormatError);
    expect(() => encodeSafetensors(tensors)).toThrow(message);
  });

  test('refuses metadata that is no text', () => {
    expect(() => encodeSafetensors({}, { step: 3 as unknown as string })).toThrow('Metadata "step" is no text');
  });
});

describe('decodeSafetensors', () => {
  test('gives every type back', () => {
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(everyType, { note: '\u03c3 = 0.1' }));
    expect(metadata).toEqual({ note: '\u03c3 = 0.1' });
    expect(Object.fromEntries(tensors)).toEqual(everyType);
  });

  test('reads from the middle of a buffer, aligned or not', () => {
    const bytes = encodeSafetensors(everyType);
    for (const offset of [1, 8]) {
      const held = new Uint8Array(bytes.length + offset);
      held.set(bytes, offset);
      expect(Object.fromEntries(decodeSafetensors(held.subarray(offset)).tensors)).toEqual(everyType);
    }
  });

  test('takes names that JavaScript objects reserve', () => {
    const bytes = file(`{"__proto__":${entry('U8', '[1]', 0, 1)},"constructor":${entry('U8', '[1]', 1, 2)}}`, 2);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(['__proto__', 'constructor']);
  });

  const u8 = (shape: string, begin: number, end: number) => entry('U8', shape, begin, end);
  test.each([
    ['nothing', new Uint8Array(0), '0 bytes are too few'],
    ['a huge header', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 0), 'The header claims'],
    ['a truncated header', file('{}', 0).subarray(0, 9), 'claims 2 bytes; only 1 follow'],
    ['text', new TextEncoder().encode('this is a text file and no checkpoint'), 'The header claims'],
    ['no JSON', file('{"x":', 0), 'no JSON text'],
    ['a list', file('[]', 0), 'no JSON object'],
    ['a name twice', file(`{"x":${u8('[1]', 0, 1)},"\\u0078":${u8('[1]', 1, 2)}}`, 2), 'names "x" twice'],
    ['a field twice', file('{"x":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1), '"dtype" twice'],
    ['an unknown type', file(`{"x":${entry('F8', '[1]', 0, 1)}}`, 1), 'unknown type "F8"'],
    ['an inherited name as type', file(`{"x":${entry('toString', '[1]', 0, 1)}}`, 1), 'unknown type "toString"'],
    ['a negative shape', file(`{"x":${u8('[-1]', 0, 1)}}`, 1), 'impossible shape [-1]'],
    ['a fractional shape', file(`{"x":${u8('[0.5]', 0, 1)}}`, 1), 'impossible shape [0.5]'],
    ['a shape beyond all memory', file(`{"x":${u8('[9007199254740991,9]', 0, 1)}}`, 1), 'impossible shape'],
    ['offsets that run backwards', file(`{"x":${u8('[1]', 1, 0)}}`, 1), 'impossible offsets [1,0]'],
    ['offsets that do not fit', file(`{"x":${u8('[3]', 0, 2)}}`, 2), 'takes 3 bytes but its offsets span 2'],
    [
      'an overlap',
      file(`{"x":${u8('[2]', 0, 2)},"y":${u8('[2]', 1, 3)}}`, 3),
      '"y" (bytes 1 to 3 of the data) overlaps',
    ],
    ['a gap', file(`{"x":${u8('[1]', 1, 2)}}`, 2), 'leaves a gap'],
    ['truncated data', file(`{"x":${u8('[4]', 0, 4)}}`, 3), '"x" (bytes 0 to 4 of the data) is cut off'],
    ['trailing bytes', file(`{"x":${u8('[1]', 0, 1)}}`, 3), '2 bytes follow'],
    ['metadata that is no text', file('{"__metadata__":{"a":1}}', 0), '__metadata__ does not hold texts'],
    ['a tensor that is a number', file('{"x":3}', 0), '"x" is not described'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(CheckpointFormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test('refuses every truncation of a good file', () => {
    const bytes = encodeSafetensors({ x: { type: 'int16', shape: [2, 2], data: Int16Array.of(1, 2, 3, 4) } });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(CheckpointFormatError);
    }
  });
});

describe('toFloat32', () => {
  test('reads half precision: normal, subnormal, zero, infinite', () => {
    const data = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0xfc00, 0x3555);
    const expected = [1, -2, 65504, 2 ** -24, -0, Number.NEGATIVE_INFINITY, 0.333251953125];
    expect([...toFloat32({ type: 'float16', shape: [7], data })]).toEqual(expected);
    expect(toFloat32({ type: 'float16', shape: [1], data: Uint16Array.of(0x7e00) })[0]).toBeNaN();
  });

  test('reads bfloat16 as the upper half of float32', () => {
    const data = Uint16Array.of(0x3f80, 0xc040, 0x7f80);
    expect([...toFloat32({ type: 'bfloat16', shape: [3], data })]).toEqual([1, -3, Number.POSITIVE_INFINITY]);
  });

  test('reads integers and float64, and refuses 64-bit integers', () => {
    expect([...toFloat32({ type: 'int32', shape: [1], data: Int32Array.of(-5) })]).toEqual([-5]);
    expect([...toFloat32({ type: 'float64', shape: [1], data: Float64Array.of(0.1) })]).toEqual([Math.fround(0.1)]);
    expect(() => toFloat32({ type: 'int64', shape: [1], data: BigInt64Array.of(1n) })).toThrow(CheckpointFormatError);
  });
});
