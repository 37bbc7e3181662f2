import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import type { PinnedWheel, WheelSet } from '../pinned-wheels.ts';

const header = (signature: number, sizes: readonly [number, 2 | 4][]): Buffer => {
  const buffer = Buffer.alloc(4 + sizes.reduce((sum, [, bytes]) => sum + bytes, 0));
  buffer.writeUInt32LE(signature);
  let at = 4;
  for (const [value, bytes] of sizes) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
};

/** A zip archive of the given files; names ending in `!` are executable, without the `!`. */
export function zip(files: Readonly<Record<string, Buffer>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [listed, content] of Object.entries(files)) {
    const name = Buffer.from(listed.replace(/!$/, ''));
    const data = deflateRawSync(content);
    const sums: [number, 2 | 4][] = [
      [crc32(content), 4],
      [data.length, 4],
      [content.length, 4],
      [name.length, 2],
      [0, 2],
    ];
    const plain: [number, 2 | 4][] = [20, 0, 8, 0, 0].map((value) => [value, 2]);
    const mode = listed.endsWith('!') ? 0o100755 : 0o100644;
    const rest: [number, 2 | 4][] = [
      [0, 2],
      [0, 2],
      [0, 2],
      [mode * 65536, 4],
      [offset, 4],
    ];
    const body = Buffer.concat([header(0x04034b50, [...plain, ...sums]), name, data]);
    directory.push(header(0x02014b50, [[(3 << 8) | 20, 2], ...plain, ...sums, ...rest]), name);
    bodies.push(body);
    offset += body.length;
  }
  const listing = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end = header(0x06054b50, [
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [listing.length, 4],
    [offset, 4],
    [0, 2],
  ]);
  return Buffer.concat([...bodies, listing, end]);
}

/** Writes an archive to disk and pins it. */
export function pinnedFile(folder: string, fileName: string, content: Buffer): PinnedWheel {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, fileName), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { project: 'tensorflow-cpu', version: '2.21.0', fileName, bytes: content.length, sha256 };
}

/** What a small wheel of TensorFlow holds: what is wanted, and what is not. */
export const wheelFiles: Readonly<Record<string, Buffer>> = {
  'tensorflow/__init__.py': Buffer.from('print("not wanted")'),
  'tensorflow/libtensorflow_cc.so.2': Buffer.alloc(300_000, 'library '),
  'tensorflow/libtensorflow_framework.so.2': Buffer.alloc(50_000, 'smaller '),
  'tensorflow/include/tensorflow/c/c_api.h': Buffer.from('#pragma once\n'),
  'tensorflow/include/unwanted.h': Buffer.from('#pragma once\n'),
  'nvidia/cuda_nvcc/bin/ptxas!': Buffer.from('#!/bin/sh\n'),
};

/** A set of one such wheel, which lies in `folder`. */
export function smallSet(folder: string, content: Buffer = zip(wheelFiles)): WheelSet {
  return { diskBytes: 1e6, platformTags: ['any'], wheels: [pinnedFile(folder, 'small.whl', content)] };
}
