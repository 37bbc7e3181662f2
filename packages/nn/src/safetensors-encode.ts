import { CheckpointFormatError } from './errors.ts';
import {
  elementCount,
  isSafetensorsType,
  isShape,
  longestHeader,
  metadataKey,
  type SafetensorsTensor,
  safetensorsArrays,
} from './safetensors-format.ts';

/**
 * The bytes of a safetensors file: 8 bytes header length, JSON header, data. Tensors lie by falling element size, then by
 * name, so that all are aligned and the same tensors always give the same bytes.
 * @throws CheckpointFormatError for data that does not fit its shape or type, reserved names, and metadata that is not text.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor> | Readonly<Record<string, SafetensorsTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  for (const [name, tensor] of entries) checkTensor(name, tensor);
  checkMetadata(metadata);
  entries.sort(([a, { data: x }], [b, { data: y }]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : 1));

  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const prefix = encodeHeader(header);
  const bytes = new Uint8Array(prefix.length + end);
  bytes.set(prefix);
  let position = prefix.length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
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

function checkTensor(name: string, { dtype, shape, data }: SafetensorsTensor): void {
  const tensor = `Tensor ${JSON.stringify(name)}`;
  if (name === metadataKey) throw refused(`${tensor} has a reserved name.`, 'Give it another name.', name);
  if (!isSafetensorsType(dtype)) {
    throw refused(`${tensor} has type ${dtype}.`, `Use one of ${Object.keys(safetensorsArrays).join(', ')}.`, dtype);
  }
  if (!(data instanceof safetensorsArrays[dtype])) {
    const array = safetensorsArrays[dtype].name;
    throw refused(`${tensor} has type ${dtype} but no ${array}.`, `Give its data as ${array}.`, data);
  }
  if (!isShape(shape) || elementCount(shape) !== data.length) {
    const remedy = 'The product of the shape must be the length of the data.';
    throw refused(`${tensor} of shape [${shape}] has ${data.length} elements.`, remedy, shape);
  }
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text === 'string') continue;
    throw refused(`Metadata ${JSON.stringify(name)} is no text.`, 'Use JSON.stringify on other values.', text);
  }
}
