import { inflate } from './inflate.ts';
import { fromColumns, type Matrix } from './matrix.ts';

const compressed = 15;
const matrixType = 14;
const headerLength = 128;

/** How the numeric types of the format are read: bytes and the reader. */
const numbers: Record<number, { bytes: number; read: (view: DataView, at: number) => number }> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  4: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  7: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  9: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Whether these are the first bytes of a MAT file of level 5, little-endian. */
export const isMat = (bytes: Uint8Array): boolean =>
  bytes.length > headerLength && String.fromCharCode(...bytes.subarray(0, 6)) === 'MATLAB' && bytes[126] === 0x49;

/** The real numeric matrices (of two dimensions) of a MAT file of level 5 (as MATLAB saves with -v6 or -v7), by name. */
export async function decodeMat(bytes: Uint8Array): Promise<Map<string, Matrix>> {
  const matrices = new Map<string, Matrix>();
  for (const element of elements(bytes.subarray(headerLength), 1)) {
    const [inner] = element.type === compressed ? elements(await inflate(element.bytes, 'deflate'), 8) : [element];
    if (inner?.type !== matrixType) continue;
    const [, dimensions, name, real] = elements(inner.bytes, 8);
    if (!dimensions || !name || !real || !numbers[real.type]) continue;
    const shape = [...numbersOf(dimensions)];
    matrices.set(String.fromCharCode(...name.bytes), { shape, data: fromColumns(numbersOf(real), shape[0] ?? 1) });
  }
  return matrices;
}

/** The elements one after the other; each starts at a multiple of `alignment`. */
function elements(bytes: Uint8Array, alignment: number): Element[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Element[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const type = view.getUint32(at, true);
    const small = type >>> 16;
    const length = small || view.getUint32(at + 4, true);
    const start = at + (small ? 4 : 8);
    found.push({ type: type & 0xffff, bytes: bytes.subarray(start, start + length) });
    at = small ? at + 8 : start + Math.ceil(length / alignment) * alignment;
  }
  return found;
}

function numbersOf({ type, bytes }: Element): Float64Array {
  const { bytes: size, read } = numbers[type]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / size }, (_, i) => read(view, i * size));
}
