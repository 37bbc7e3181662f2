import { createHash } from 'node:crypto';
import type { HostValues } from './node-backend.ts';

const bytesOf = (values: Exclude<HostValues, Uint8Array[]>): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** True when every value of a typed array has the same bits. */
export function isUniform(values: HostValues): values is Exclude<HostValues, Uint8Array[]> {
  if (Array.isArray(values)) return false;
  const words =
    values instanceof Float32Array ? new Int32Array(values.buffer, values.byteOffset, values.length) : values;
  const first = words[0];
  for (let i = 1; i < words.length; i++) if (words[i] !== first) return false;
  return words.length > 0;
}

export const byteLength = (values: HostValues): number =>
  Array.isArray(values) ? values.reduce((sum, text) => sum + text.byteLength, 0) : values.byteLength;

/** Equal for equal values, different for different ones. */
export function fingerprint(values: HostValues): string {
  const hash = createHash('sha1');
  if (!Array.isArray(values)) return hash.update(bytesOf(values)).digest('base64');
  for (const text of values) hash.update(`${text.byteLength}:`).update(text);
  return hash.digest('base64');
}

/** The first values, for messages. */
export function excerpt(values: HostValues): string {
  const shown = Array.isArray(values)
    ? values.slice(0, 4).map((text) => JSON.stringify(new TextDecoder().decode(text)))
    : [...values.subarray(0, 4)].map(String);
  return `[${shown.join(', ')}${values.length > 4 ? ', ...' : ''}]`;
}
