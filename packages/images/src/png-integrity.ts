import { crc32 } from 'node:zlib';

/**
 * The name of the first chunk of a PNG file whose check sum is wrong, or `IEND` when the end is missing; `undefined` for
 * a sound file. Decoders skip this test, and a flipped bit would become a changed picture.
 */
export function damagedPngChunk(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return name;
    if (name === 'IEND') return undefined;
    at = end + 4;
  }
  return 'IEND';
}
