import { CheckpointLimitError } from '../errors.ts';
import { beyond16, beyond32, methods, recordSizes, signatures } from './format.ts';

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface WriteZipOptions {
  readonly checksum: (bytes: Uint8Array) => number;
  /** The data of each file begin at a multiple of this. */
  readonly alignment: number;
}

const paddingExtra = 0x4246;
const version = 20;
const utf8Names = 0x0800;
/** 1 January 1980, the first day that the format knows: the same files always give the same bytes. */
const date = 0x21;

/** The parts of an archive that stores `files` uncompressed. @throws CheckpointLimitError beyond 4 GiB or 65,534 files. */
export function zipParts(files: readonly ZipFile[], { checksum, alignment }: WriteZipOptions): Uint8Array[] {
  const [parts, directory]: Uint8Array[][] = [[], []];
  let position = 0;
  for (const { name, content } of files) {
    const encoded = new TextEncoder().encode(name);
    const unpadded = position + recordSizes.localFile + encoded.length + 4;
    const padding = (alignment - (unpadded % alignment)) % alignment;
    const header = fields(encoded, content.length, checksum(content));
    const local = [signatures.localFile, ...header, 4 + padding];
    parts!.push(record(local, localSizes, encoded), extra(padding), content);
    const central = [signatures.centralFile, version, ...header, 0, 0, 0, 0, 0, position];
    directory!.push(record(central, centralSizes, encoded));
    position = unpadded + padding + content.length;
  }
  const directorySize = directory!.reduce((size, part) => size + part.length, 0);
  if (position + directorySize > beyond32 || files.length >= beyond16) {
    throw new CheckpointLimitError(`${position} bytes in ${files.length} files are more than this archive can hold.`, {
      remedy: 'Write a safetensors file, or split the tensors over several files.',
      value: position,
    });
  }
  const end = [signatures.end, 0, 0, files.length, files.length, directorySize, position, 0];
  return [...parts!, ...directory!, record(end, endSizes)];
}

/** What both headers of a file have in common, without the length of the extra field. */
const fields = ({ length }: Uint8Array, size: number, crc: number) => [
  version,
  utf8Names,
  methods.stored,
  0,
  date,
  crc,
  size,
  size,
  length,
];

const commonSizes = [2, 2, 2, 2, 2, 4, 4, 4, 2, 2];
const localSizes = [4, ...commonSizes];
const centralSizes = [4, 2, ...commonSizes, 2, 2, 2, 4, 4];
const endSizes = [4, 2, 2, 2, 2, 4, 4, 2];

/** Numbers of the given sizes, little-endian, and a name. */
function record(values: readonly number[], sizes: readonly number[], name = new Uint8Array()): Uint8Array {
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  let position = 0;
  values.forEach((value, i) => {
    if (sizes[i] === 4) view.setUint32(position, value, true);
    else view.setUint16(position, value, true);
    position += sizes[i]!;
  });
  bytes.set(name, length);
  return bytes;
}

function extra(padding: number): Uint8Array {
  const bytes = new Uint8Array(4 + padding);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, paddingExtra, true);
  view.setUint16(2, padding, true);
  return bytes;
}
