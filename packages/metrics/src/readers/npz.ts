import { inflate } from './inflate.ts';
import { fromColumns, type Matrix } from './matrix.ts';

const endOfDirectory = 0x06054b50;
const endLength = 22;

/** Whether these are the first bytes of a zip archive. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3;

/** The little-endian float arrays of a NumPy .npz archive, by name. */
export async function decodeNpz(bytes: Uint8Array): Promise<Map<string, Matrix>> {
  const matrices = new Map<string, Matrix>();
  for (const { name, content } of await zipEntries(bytes)) {
    const matrix = decodeNpy(content);
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
  const type = /'descr': '<f([48])'/.exec(header)?.[1];
  if (!type) return undefined;
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((each) => each.trim())
    .map(Number);
  const from = start + headerLength;
  const length = shape.reduce((product, each) => product * each, 1);
  const read = type === '8' ? (at: number) => view.getFloat64(at, true) : (at: number) => view.getFloat32(at, true);
  const data = Float64Array.from({ length }, (_, i) => read(from + i * Number(type)));
  return { shape, data: /'fortran_order': True/.test(header) ? fromColumns(data, shape[0] ?? 1) : data };
}
