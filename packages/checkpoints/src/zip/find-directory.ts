import { ByteCursor } from '../byte-cursor.ts';
import { CheckpointTruncatedError } from '../errors.ts';
import { beyond16, beyond32, damagedArchive, recordSizes, signatures } from './format.ts';

const longestComment = 0xffff;

export interface DirectoryPlace {
  readonly count: number;
  readonly begin: number;
  readonly end: number;
}

/** Where the table of contents lies. @throws CheckpointTruncatedError when the archive's end is not there. */
export function findDirectory(bytes: Uint8Array): DirectoryPlace {
  const endRecord = findEnd(bytes);
  const cursor = new ByteCursor(bytes, endRecord + 4);
  const [disk, directoryDisk, here, count] = [cursor.uint16(), cursor.uint16(), cursor.uint16(), cursor.uint16()];
  const [size, begin] = [cursor.uint32(), cursor.uint32()];
  if (disk !== directoryDisk || here !== count) throw damagedArchive('The archive is one part of several.', disk);
  const needs64 = count === beyond16 || size === beyond32 || begin === beyond32;
  if (needs64) return findDirectory64(bytes, endRecord);
  return checked({ count, begin, end: begin + size }, endRecord);
}

function findEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = bytes.length - recordSizes.end;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) !== signatures.end) continue;
    if (at + recordSizes.end + view.getUint16(at + 20, true) === bytes.length) return at;
  }
  throw new CheckpointTruncatedError('The archive has no end: its table of contents is missing.', {
    remedy: 'The file is cut off: fetch it again.',
    value: bytes.length,
  });
}

function findDirectory64(bytes: Uint8Array, endRecord: number): DirectoryPlace {
  const cursor = new ByteCursor(bytes, Math.max(0, endRecord - recordSizes.end64Locator));
  if (cursor.uint32() !== signatures.end64Locator) throw damagedArchive('The zip64 record of the archive is missing.');
  cursor.take(4);
  cursor.position = cursor.uint64();
  const endRecord64 = cursor.position;
  if (cursor.uint32() !== signatures.end64)
    throw damagedArchive('The zip64 record of the archive is not where it should be.');
  cursor.take(28);
  const [count, size, begin] = [cursor.uint64(), cursor.uint64(), cursor.uint64()];
  return checked({ count, begin, end: begin + size }, endRecord64);
}

function checked(place: DirectoryPlace, limit: number): DirectoryPlace {
  const { count, begin, end } = place;
  if (end <= limit && count * recordSizes.centralFile <= end - begin) return place;
  throw damagedArchive(`The archive's table of contents, bytes ${begin} to ${end}, cannot hold ${count} files.`, place);
}
