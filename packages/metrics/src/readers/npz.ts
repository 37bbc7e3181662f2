import { inflate } from './inflate.ts';
import { fromColumns, type Matrix } from './matrix.ts';

const endOfDirectory = 0x06054b50;
const endLength = 22;

interface NumberReader {
  readonly bytes: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

/** NumPy's types of real numbers. */
const numbers: Readonly<Record<string, NumberReader>> = {
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Whether these are the first bytes of a zip archive. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3;

/** The arrays of real numbers of a NumPy .npz archive, by name, as float64; other entries are left out. */
export async function decodeNpz(bytes: Uint8Array): Promise<Map<string, Matrix>> {
  const matrices = new Map<string, Matrix>();
  for (const { name, content } of await zipEntries(bytes)) {
    const matrix = name.endsWith('.npy') ? decodeNpy(content) : undefined;
    if (matrix) matrices.set(name.replace(/\.npy$/, ''), matrix);
  }
  return matrices;
}

async function zipEntries(bytes: Uint8Array): Promise<{ name: string; content: Uint8Array }[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - endLength;
  while (end >= 0 && view.getUint32(end, true) !== endOfDirectory) end--;
  if (end < 0) return [];
  const count = view.getUint16(end + 10, true);
  const entries: { name: string; content: Uint8Array }[] = [];
  for (let at = view.getUint32(end + 16, true), i = 0; i < count; i++) {
    const [method, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = bytes.subarray(start, start + size);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    entries.push({ name, content: method === 0 ? packed : await inflate(packed, 'deflate-raw') });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

function decodeNpy(bytes: Uint8Array): Matrix | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6] !== 1;
  const start = long ? 12 : 10;
  const headerLength = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + headerLength));
  const [, order, type = ''] = /'descr': '([<>|=])(\w+)'/.exec(header) ?? [];
  const number = numbers[type];
  if (!number) return undefined;
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((each) => each.trim())
    .map(Number);
  const from = start + headerLength;
  const length = shape.reduce((product, each) => product * each, 1);
  const data = Float64Array.from({ length }, (_, i) => number.read(view, from + i * number.bytes, order !== '>'));
  return { shape, data: /'fortran_order': True/.test(header) ? fromColumns(data, shape[0] ?? 1) : data };
}
