import { Inflate } from 'fflate';
import { ByteCursor } from '../byte-cursor.ts';
import { CheckpointTruncatedError } from '../errors.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import { shown } from '../shown.ts';
import { damagedArchive, methods, signatures } from './format.ts';
import { readDirectory, type ZipEntry } from './read-directory.ts';

export interface ReadZipOptions {
  /** The CRC-32 of bytes. */
  readonly checksum: (bytes: Uint8Array) => number;
  /** What unpacking may take. */
  readonly budget: MemoryBudget;
}

/** The files of an archive. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** The file `name`, a view of the archive where it is not compressed; undefined when there is none. */
  read(name: string): Uint8Array | undefined;
}

/**
 * Opens a zip archive; nothing is unpacked before it is read.
 * @throws CheckpointArchiveError for damaged and deceiving archives: paths that leave it, names that occur twice or differ, files that
 * overlap, wrong checksums. CheckpointTruncatedError and CheckpointLimitError for files that end early or unpack to too much.
 */
export function openZip(bytes: Uint8Array, { checksum, budget }: ReadZipOptions): ZipArchive {
  const entries = readDirectory(bytes);
  const places = new Map([...entries.values()].map((entry) => [entry.name, locate(bytes, entry)] as const));
  checkOverlap([...places.values()]);
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      const { data, end } = places.get(name)!;
      const content = unpack(entry, bytes.subarray(data, end), budget);
      if (checksum(content) === entry.crc) return content;
      throw damagedArchive(`${shown(name)} in the archive does not have the checksum it should have.`, name);
    },
  };
}

interface Place {
  readonly name: string;
  readonly begin: number;
  readonly data: number;
  readonly end: number;
}

/** Where the data of an entry lie, after its local header, which must name the same file. */
function locate(bytes: Uint8Array, { name, header, compressedSize }: ZipEntry): Place {
  const cursor = new ByteCursor(bytes, Math.min(header, bytes.length));
  if (cursor.uint32() !== signatures.localFile) {
    throw damagedArchive(`${shown(name)} is not where the archive's table of contents says.`, header);
  }
  cursor.take(22);
  const [nameLength, extraLength] = [cursor.uint16(), cursor.uint16()];
  const localName = cursor.text(nameLength);
  if (localName !== name) throw damagedArchive(`${shown(name)} calls itself ${shown(localName)}.`, localName);
  cursor.take(extraLength);
  const data = cursor.position;
  cursor.take(compressedSize);
  return { name, begin: header, data, end: cursor.position };
}

function checkOverlap(places: Place[]): void {
  places.sort((a, b) => a.begin - b.begin);
  places.forEach(({ name, begin }, i) => {
    const before = places[i - 1];
    if (!before || before.end <= begin) return;
    throw damagedArchive(`${shown(before.name)} and ${shown(name)} overlap in the archive.`, begin);
  });
}

function unpack(
  { name, method, size, compressedSize }: ZipEntry,
  packed: Uint8Array,
  budget: MemoryBudget,
): Uint8Array {
  if (method === methods.stored) {
    if (size === compressedSize) return packed;
    throw damagedArchive(`${shown(name)} is stored in ${compressedSize} bytes but should have ${size}.`, size);
  }
  if (method !== methods.deflated) {
    throw damagedArchive(
      `${shown(name)} is packed with method ${method}; only stored and deflated files are read.`,
      method,
    );
  }
  budget.take(size, `${shown(name)} in the archive`);
  return inflate(name, size, packed);
}

/** How much is unpacked at a time: output beyond `size` is noticed before it takes memory. */
const chunk = 2 ** 14;

function inflate(name: string, size: number, packed: Uint8Array): Uint8Array {
  const content = new Uint8Array(size);
  let length = 0;
  const stream = new Inflate((part) => {
    if (length + part.length > size)
      throw damagedArchive(`${shown(name)} unpacks to more than its ${size} bytes.`, size);
    content.set(part, length);
    length += part.length;
  });
  try {
    for (let at = 0; at < packed.length; at += chunk) {
      stream.push(packed.subarray(at, at + chunk), at + chunk >= packed.length);
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) {
      throw damagedArchive(`${shown(name)} in the archive cannot be unpacked: ${cause.message}.`, name);
    }
    throw cause;
  }
  if (length === size) return content;
  throw new CheckpointTruncatedError(`${shown(name)} unpacks to ${length} of its ${size} bytes.`, {
    remedy: 'The file is damaged: fetch it again.',
    value: length,
  });
}
