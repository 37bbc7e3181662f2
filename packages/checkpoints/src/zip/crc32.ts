const tables = 8;

/** `table[256 k + b]`: the checksum of byte b with k zero bytes behind it (polynomial 0xEDB88320, reflected). */
const table = (() => {
  const values = new Uint32Array(256 * tables);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    values[byte] = value;
  }
  for (let i = 256; i < values.length; i++) values[i] = (values[i - 256]! >>> 8) ^ values[values[i - 256]! & 255]!;
  return values;
})();

/** The CRC-32 of zip and PNG, eight bytes at a time. */
export function crc32(bytes: Uint8Array): number {
  const aligned = bytes.length - (bytes.length % 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = 0xffffffff;
  for (let i = 0; i < aligned; i += 8) {
    const low = view.getUint32(i, true) ^ crc;
    const high = view.getUint32(i + 4, true);
    crc =
      table[1792 + (low & 255)]! ^
      table[1536 + ((low >>> 8) & 255)]! ^
      table[1280 + ((low >>> 16) & 255)]! ^
      table[1024 + (low >>> 24)]! ^
      table[768 + (high & 255)]! ^
      table[512 + ((high >>> 8) & 255)]! ^
      table[256 + ((high >>> 16) & 255)]! ^
      table[high >>> 24]!;
  }
  for (let i = aligned; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}
