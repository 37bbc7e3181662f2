import { ByteCursor } from '../byte-cursor.ts';
import { shown } from '../shown.ts';
import { findDirectory } from './find-directory.ts';
import { beyond32, damagedArchive, recordSizes, signatures, zip64Extra } from './format.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the entry's local header begins. */
  readonly header: number;
}

const encrypted = 1;

/**
 * The files that an archive's table of contents lists, by name.
 * @throws CheckpointArchiveError for names that leave the archive or occur twice, encrypted files, and a damaged table.
 */
export function readDirectory(bytes: Uint8Array): Map<string, ZipEntry> {
  const { count, begin, end } = findDirectory(bytes);
  const cursor = new ByteCursor(bytes.subarray(0, end), begin);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    const entry = readEntry(cursor);
    if (entries.has(entry.name)) throw damagedArchive(`The archive holds ${shown(entry.name)} twice.`, entry.name);
    entries.set(entry.name, entry);
  }
  return entries;
}

function readEntry(cursor: ByteCursor): ZipEntry {
  const start = cursor.position;
  if (cursor.uint32() !== signatures.centralFile) {
    throw damagedArchive(`The archive's table of contents is broken at byte ${start}.`, start);
  }
  cursor.take(4);
  const [flags, method] = [cursor.uint16(), cursor.uint16()];
  cursor.take(4);
  const [crc, compressedSize, size] = [cursor.uint32(), cursor.uint32(), cursor.uint32()];
  const [nameLength, extraLength, commentLength] = [cursor.uint16(), cursor.uint16(), cursor.uint16()];
  cursor.take(8);
  const header = cursor.uint32();
  cursor.position = start + recordSizes.centralFile;
  const name = cursor.text(nameLength);
  checkName(name);
  const entry = { name, method, crc, compressedSize, size, header };
  const extra = cursor.take(extraLength);
  cursor.take(commentLength);
  if (flags & encrypted) throw damagedArchive(`${shown(name)} in the archive is encrypted.`, name);
  return { ...entry, ...sizes64(entry, extra) };
}

/** Names that would leave their folder when unpacked have no place in a checkpoint. */
function checkName(name: string): void {
  const parts = name.split('/');
  const leaves = parts.includes('..') || parts[0] === '' || /^[A-Za-z]:/.test(name) || /[\\\0]/.test(name);
  if (name === '' || leaves) throw damagedArchive(`The archive holds a file with the path ${shown(name)}.`, name);
}

/** The zip64 field holds, in this order, those of the three numbers that did not fit. */
function sizes64({ size, compressedSize, header }: ZipEntry, extra: Uint8Array): Partial<ZipEntry> {
  if (size !== beyond32 && compressedSize !== beyond32 && header !== beyond32) return {};
  const cursor = new ByteCursor(extra);
  while (cursor.position < extra.length) {
    const [id, length] = [cursor.uint16(), cursor.uint16()];
    if (id !== zip64Extra) {
      cursor.take(length);
      continue;
    }
    const full = (value: number) => (value === beyond32 ? cursor.uint64() : value);
    return { size: full(size), compressedSize: full(compressedSize), header: full(header) };
  }
  throw damagedArchive('A zip64 field of the archive is missing.');
}
