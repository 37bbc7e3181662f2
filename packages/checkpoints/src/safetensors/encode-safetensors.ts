import { checkTensor } from '../check-tensor.ts';
import { concatenate } from '../concatenate.ts';
import { CheckpointFormatError } from '../errors.ts';
import { bytesOf, type CheckpointTensor } from '../tensor.ts';
import { longestHeader, metadataKey, nameOfType } from './format.ts';

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, CheckpointTensor> | Readonly<Record<string, CheckpointTensor>>;

export const entriesOf = (tensors: NamedTensors): [string, CheckpointTensor][] =>
  tensors instanceof Map ? [...tensors] : Object.entries(tensors);

/**
 * The bytes of a safetensors file: 8 bytes header length, JSON header, data. Tensors lie by falling element size, then by
 * name, so that all are aligned and the same tensors always give the same bytes.
 * @throws CheckpointFormatError for data that does not fit its shape or type, reserved names, and metadata that is not text.
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return concatenate(safetensorsParts(tensors, metadata));
}

/** The parts of `encodeSafetensors`, without a copy of the numbers. */
export function safetensorsParts(tensors: NamedTensors, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const entries = entriesOf(tensors);
  for (const [name, tensor] of entries) {
    if (name === metadataKey) throw refused(`Tensor "${name}" has a reserved name.`, 'Give it another name.', name);
    checkTensor(name, tensor);
  }
  checkMetadata(metadata);
  entries.sort(([a, { data: x }], [b, { data: y }]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : 1));

  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : [];
  let end = 0;
  for (const [name, { type, shape, data }] of entries) {
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: nameOfType(type), shape, data_offsets: [begin, end] }]);
  }
  return [encodeHeader(header), ...entries.map(([, tensor]) => bytesOf(tensor))];
}

/** Length and JSON, padded with spaces so that the data starts at a multiple of 8. */
function encodeHeader(entries: readonly (readonly [string, unknown])[]): Uint8Array {
  const members = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${members.join(',')}}`);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > longestHeader)
    throw refused(`The header takes ${length} bytes.`, 'Split the tensors over several files.');
  const prefix = new Uint8Array(8 + length).fill(0x20);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(length), true);
  prefix.set(text, 8);
  return prefix;
}

const refused = (message: string, remedy: string, value?: unknown) =>
  new CheckpointFormatError(message, { remedy, value });

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text === 'string') continue;
    throw refused(`Metadata ${JSON.stringify(name)} is no text.`, 'Use JSON.stringify on other values.', text);
  }
}
