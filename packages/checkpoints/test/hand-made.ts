import { concatenate } from '../src/concatenate.ts';
import { crc32 } from '../src/zip/crc32.ts';
import { zipParts } from '../src/zip/write-zip.ts';

/** Bytes of letters (each below 256) and other bytes. */
export const bytes = (...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> =>
  concatenate(parts.map((part) => (typeof part === 'string' ? Uint8Array.from(part, (c) => c.charCodeAt(0)) : part)));

/** The pickle instruction of a short text. */
export const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

/** The pickle instruction of a number below 2^31. */
export const int = (value: number): string =>
  `J${[0, 8, 16, 24].map((shift) => String.fromCharCode((value >> shift) & 255)).join('')}`;

export interface StorageOptions {
  readonly type?: string;
  readonly key?: string;
  readonly length?: number;
}

/** The instructions of a storage. */
export const storage = ({ type = 'FloatStorage', key = '0', length = 2 }: StorageOptions = {}): string =>
  `(${text('storage')}ctorch\n${type}\n${text(key)}${text('cuda:0')}${int(length)}tQ`;

export interface TensorOptions extends StorageOptions {
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

/** The instructions of a tensor. */
export function tensor({ offset = 0, shape = [2], strides = [1], ...rest }: TensorOptions = {}): string {
  const tuple = (sizes: readonly number[]) => `(${sizes.map(int).join('')}t`;
  const state = `${storage(rest)}${int(offset)}${tuple(shape)}${tuple(strides)}\x89}`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${state}tR`;
}

/** The instructions of a dictionary with one tensor. */
export const dictionary = (options: TensorOptions = {}): string => `}${text('x')}${tensor(options)}s`;

export const numbers = (...values: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Float32Array.from(values).buffer);

/** A zip archive of these files, nothing compressed. */
export const zip = (files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> =>
  concatenate(
    zipParts(
      Object.entries(files).map(([name, content]) => ({ name, content })),
      { checksum: crc32, alignment: 64 },
    ),
  );

/** What torch.save would write for a pickle with these instructions and these storages. */
export const archive = (
  instructions: string,
  storages: Readonly<Record<string, Uint8Array>> = { 0: numbers(1, 2) },
): Uint8Array<ArrayBuffer> =>
  zip({
    'a/data.pkl': bytes('\x80\x02', instructions, '.'),
    ...Object.fromEntries(Object.entries(storages).map(([key, content]) => [`a/data/${key}`, content])),
  });

const magic = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.';
const machine = `\x80\x02}(${text('little_endian')}\x88u.`;

/** The same in the legacy container. */
export const legacy = (instructions: string, after: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> =>
  bytes(magic, '\x80\x02M\xe9\x03.', machine, '\x80\x02', instructions, '.', ...after);

/** What follows the pickle in the legacy container: one storage of two numbers. */
export const oneStorage: readonly (string | Uint8Array)[] = [
  `\x80\x02](${text('0')}e.`,
  '\x02\0\0\0\0\0\0\0',
  numbers(1, 2),
];
