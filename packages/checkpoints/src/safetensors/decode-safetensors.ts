import { shown } from '../shown.ts';
import { asTensor, elementCount, isShape, type TensorType, tensorArrays } from '../tensor.ts';
import { damaged, longestHeader, metadataKey, type SafetensorsFile, typeNamed } from './format.ts';
import { duplicateKey } from './json-keys.ts';

interface Entry {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the bytes of a safetensors file. Aligned tensors are views of `bytes`, others copies.
 * @throws CheckpointFormatError, saying what and where, for truncated files, headers that are too long or no JSON, names that
 * occur twice, unknown types, impossible shapes, and offsets that overlap, leave gaps or leave the file.
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes);
  const { [metadataKey]: metadata, ...described } = header;
  const entries = Object.entries(described).map(([name, value]) => readEntry(name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkLayout(entries, bytes.length - dataStart);
  const data = bytes.subarray(dataStart);
  const tensors = entries.map(({ name, type, shape, begin, end }) => {
    return [name, asTensor(type, shape, data.subarray(begin, end))] as const;
  });
  return { tensors: new Map(tensors), metadata: readMetadata(metadata) };
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw damaged(`${bytes.length} bytes are too few: the header's length alone takes 8.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > longestHeader) throw damaged(`The header claims ${length} bytes; ${longestHeader} are allowed.`, length);
  const dataStart = 8 + length;
  if (dataStart > bytes.length) {
    throw damaged(`The header claims ${length} bytes; only ${bytes.length - 8} follow its length.`, length);
  }
  const header = parse(bytes.subarray(8, dataStart));
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged('The header is no JSON object.', header);
  }
  return { header: header as Record<string, unknown>, dataStart };
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const header: unknown = JSON.parse(text);
    const twice = duplicateKey(text);
    if (twice !== undefined) throw damaged(`The header names ${JSON.stringify(twice)} twice.`, twice);
    return header;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw damaged(`The header is no JSON text: ${error.message}.`);
    }
    throw error;
  }
}

function readEntry(name: string, value: unknown): Entry {
  const where = `Tensor ${JSON.stringify(name)}`;
  if (typeof value !== 'object' || value === null) throw damaged(`${where} is not described by an object.`, value);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const type = typeNamed(dtype);
  if (!type) throw damaged(`${where} has the unknown type ${shown(dtype)}.`, dtype);
  if (!isShape(shape)) throw damaged(`${where} has the impossible shape ${shown(shape)}.`, shape);
  if (!isRange(offsets)) {
    throw damaged(`${where} has the impossible offsets ${shown(offsets)}.`, offsets);
  }
  const [begin, end] = offsets;
  const size = elementCount(shape) * tensorArrays[type].BYTES_PER_ELEMENT;
  if (end - begin !== size) {
    throw damaged(`${where}, ${dtype} [${shape}], takes ${size} bytes but its offsets span ${end - begin}.`, offsets);
  }
  return { name, type, shape, begin, end };
}

const isRange = (offsets: unknown): offsets is [begin: number, end: number] =>
  Array.isArray(offsets) &&
  offsets.length === 2 &&
  offsets.every((offset) => Number.isSafeInteger(offset) && offset >= 0) &&
  offsets[0] <= offsets[1];

/** The tensors must fill the data without overlap or gap. */
function checkLayout(entries: readonly Entry[], dataLength: number): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    const where = `Tensor ${JSON.stringify(name)} (bytes ${begin} to ${end} of the data)`;
    if (begin < position) throw damaged(`${where} overlaps the one before it, which ends at ${position}.`, begin);
    if (begin > position) throw damaged(`${where} leaves a gap: the one before it ends at ${position}.`, begin);
    if (end > dataLength) throw damaged(`${where} is cut off: the data has ${dataLength} bytes.`, end);
    position = end;
  }
  if (position < dataLength) throw damaged(`${dataLength - position} bytes follow the last tensor.`, position);
}

function readMetadata(metadata: unknown = {}): Record<string, string> {
  const isText = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  if (!isText || Object.values(metadata).some((text) => typeof text !== 'string')) {
    throw damaged(`${metadataKey} does not hold texts by name.`, metadata);
  }
  return metadata as Record<string, string>;
}
