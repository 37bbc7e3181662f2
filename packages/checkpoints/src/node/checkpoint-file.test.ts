import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckpointFileError, CheckpointFormatError } from '../errors.ts';
import type { CheckpointTensor } from '../tensor.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';

const failure = vi.hoisted(() => ({
  sync: undefined as string | undefined,
  open: undefined as string | undefined,
  shortWrites: false,
}));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const fail = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
  const open: typeof real.open = async (...args) => {
    if (failure.open) return fail(failure.open);
    const file = await real.open(...args);
    const writev = file.writev.bind(file);
    const writeOne = ([part]: readonly Uint8Array[]) => writev([part!.subarray(0, 700)]);
    if (failure.shortWrites) Object.assign(file, { writev: writeOne });
    if (failure.sync) Object.assign(file, { sync: () => fail(failure.sync!) });
    return file;
  };
  return { ...real, open };
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deflow-checkpoints-'));
});
afterEach(async () => {
  failure.sync = undefined;
  failure.open = undefined;
  failure.shortWrites = false;
  await rm(folder, { recursive: true });
});

const byte = (value: number) => ({ x: { type: 'uint8' as const, shape: [1], data: Uint8Array.of(value) } });

describe('writeCheckpoint', () => {
  test('writes what readCheckpoint reads and leaves nothing else', async () => {
    const path = join(folder, 'a.safetensors');
    await writeCheckpoint(path, byte(1), { metadata: { step: '12' } });
    await writeCheckpoint(path, byte(2), { metadata: { step: '13' } });
    const { tensors, metadata } = await readCheckpoint(path);
    expect(tensors.get('x')).toEqual(byte(2).x);
    expect(metadata).toEqual({ step: '13' });
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  test.each(['ENOSPC', 'EDQUOT'])('keeps the old file when the disk is full (%s)', async (code) => {
    const path = join(folder, 'a.safetensors');
    await writeCheckpoint(path, byte(1));
    failure.sync = code;
    const attempt = writeCheckpoint(path, byte(2));
    await expect(attempt).rejects.toBeInstanceOf(CheckpointFileError);
    await expect(attempt).rejects.toThrow('Free some space');
    expect((await readCheckpoint(path)).tensors.get('x')).toEqual(byte(1).x);
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  test.each([
    ['EROFS', 'Choose another folder'],
    ['EACCES', 'Change the permissions'],
  ])('names a folder that cannot be written (%s)', async (code, remedy) => {
    failure.open = code;
    await expect(writeCheckpoint(join(folder, 'a.safetensors'), byte(1))).rejects.toThrow(remedy);
  });

  test('names a missing folder, a file in place of a folder, a folder in place of the file', async () => {
    await expect(writeCheckpoint(join(folder, 'no', 'a.pth'), byte(1))).rejects.toThrow('ENOENT');
    await writeFile(join(folder, 'file'), 'text');
    await expect(writeCheckpoint(join(folder, 'file', 'a.pth'), byte(1))).rejects.toThrow('ENOTDIR');
    await expect(writeCheckpoint(folder, byte(1), { format: 'safetensors' })).rejects.toThrow(CheckpointFileError);
    expect(await readdir(folder)).toEqual(['file']);
  });
});

test('readCheckpoint names missing and damaged files', async () => {
  await expect(readCheckpoint(join(folder, 'none'))).rejects.toBeInstanceOf(CheckpointFileError);
  await writeFile(join(folder, 'text.safetensors'), 'no checkpoint');
  await expect(readCheckpoint(join(folder, 'text.safetensors'))).rejects.toBeInstanceOf(CheckpointFormatError);
});

test('files of many and of large parts come back, and are read by several threads', async () => {
  const path = join(folder, 'large.pth');
  const large = Float32Array.from({ length: 5_000_000 }, (_, i) => i % 65521);
  const tensors = new Map<string, CheckpointTensor>([
    ['large', { type: 'float32', shape: [large.length], data: large }],
  ]);
  for (let i = 0; i < 1500; i++) tensors.set(`small.${i}`, { type: 'int32', shape: [1], data: Int32Array.of(i) });
  await writeCheckpoint(path, tensors);
  const read = (await readCheckpoint(path)).tensors;
  expect([...read.keys()]).toEqual([...tensors.keys()]);
  expect(
    Buffer.compare(
      Buffer.from(read.get('large')!.data.buffer, read.get('large')!.data.byteOffset, 4 * large.length),
      Buffer.from(large.buffer),
    ),
  ).toBe(0);
  for (let i = 0; i < 1500; i++) expect(read.get(`small.${i}`)!.data[0]).toBe(i);
});

test('a system call that writes less than it is given is asked again', async () => {
  failure.shortWrites = true;
  const path = join(folder, 'a.pth');
  const data = Float32Array.from({ length: 1000 }, (_, i) => i);
  await writeCheckpoint(path, { x: { type: 'float32', shape: [1000], data } });
  expect((await readCheckpoint(path)).tensors.get('x')!.data).toEqual(data);
});
