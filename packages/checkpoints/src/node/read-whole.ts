import { type FileHandle, open, readFile } from 'node:fs/promises';

/** Below this several readers gain nothing. */
const large = 2 ** 24;
const readers = 4;
/** What one system call reads at most. */
const longestRead = 2 ** 30;

/** The bytes of a file. Large files are read by several threads at once: most of the time goes into touching new memory. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size >= large ? await readParts(file, stat.size) : await readFile(file);
  } finally {
    await file.close();
  }
}

async function readParts(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  const step = Math.min(Math.ceil(size / readers), longestRead);
  const parts = Array.from({ length: Math.ceil(size / step) }, (_, part) => part * step);
  const lengths = await Promise.all(parts.map((begin) => readRange(file, bytes, begin, Math.min(size, begin + step))));
  const read = lengths.reduce((total, length) => total + length, 0);
  // Shorter when the file was cut while it was read: the decoders say so.
  return bytes.subarray(0, read);
}

async function readRange(file: FileHandle, bytes: Buffer, begin: number, end: number): Promise<number> {
  let position = begin;
  while (position < end) {
    const { bytesRead } = await file.read(bytes, position, end - position, position);
    if (bytesRead === 0) break;
    position += bytesRead;
  }
  return position - begin;
}
