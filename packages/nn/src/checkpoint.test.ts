import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadParameters, readSafetensors, saveParameters, writeSafetensors } from './checkpoint.ts';
import { CheckpointFileError, CheckpointFormatError, ParameterMismatchError } from './errors.ts';
import { disposeParameters, type ParameterTree } from './parameters.ts';

const failure = vi.hoisted(() => ({ sync: undefined as string | undefined, open: undefined as string | undefined }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const fail = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
  const open: typeof real.open = async (...args) => {
    if (failure.open) return fail(failure.open);
    const file = await real.open(...args);
    if (failure.sync) Object.assign(file, { sync: () => fail(failure.sync!) });
    return file;
  };
  return { ...real, open };
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deflow-nn-'));
});
afterEach(async () => {
  failure.sync = undefined;
  failure.open = undefined;
  await rm(folder, { recursive: true });
});

const byte = (value: number) => ({ x: { dtype: 'U8' as const, shape: [1], data: Uint8Array.of(value) } });

function makeModel(value: number) {
  const weight = variable(tensor([[value, -value]]));
  const steps = variable(tensor(value, [], 'int32'), false);
  const mask = variable(tensor([value > 0, false], [2], 'bool'), false);
  const tree: ParameterTree = { layers: [{ weight }, { steps }], mask };
  return { weight, steps, mask, tree };
}

describe('writeSafetensors', () => {
  test('writes what readSafetensors reads and leaves nothing else', async () => {
    const path = join(folder, 'a.safetensors');
    await writeSafetensors(path, byte(1), { step: '12' });
    await writeSafetensors(path, byte(2), { step: '13' });
    const { tensors, metadata } = await readSafetensors(path);
    expect(tensors.get('x')).toEqual(byte(2).x);
    expect(metadata).toEqual({ step: '13' });
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  test.each(['ENOSPC', 'EDQUOT'])('keeps the old file when the disk is full (%s)', async (code) => {
    const path = join(folder, 'a.safetensors');
    await writeSafetensors(path, byte(1));
    failure.sync = code;
    const attempt = writeSafetensors(path, byte(2));
    await expect(attempt).rejects.toBeInstanceOf(CheckpointFileError);
    await expect(attempt).rejects.toThrow('Free some space');
    expect((await readSafetensors(path)).tensors.get('x')).toEqual(byte(1).x);
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  test.each([
    ['EROFS', 'Choose another folder'],
    ['EACCES', 'Change the permissions'],
  ])('names a folder that cannot be written (%s)', async (code, remedy) => {
    failure.open = code;
    await expect(writeSafetensors(join(folder, 'a.safetensors'), byte(1))).rejects.toThrow(remedy);
  });

  test('names a missing folder, a file in place of a folder, a folder in place of the file', async () => {
    await expect(writeSafetensors(join(folder, 'no', 'a'), byte(1))).rejects.toThrow('ENOENT');
    await writeFile(join(folder, 'file'), 'text');
    await expect(writeSafetensors(join(folder, 'file', 'a'), byte(1))).rejects.toThrow('ENOTDIR');
    await expect(writeSafetensors(folder, byte(1))).rejects.toThrow(CheckpointFileError);
    expect(await readdir(folder)).toEqual(['file']);
  });
});

test('readSafetensors names missing and damaged files', async () => {
  await expect(readSafetensors(join(folder, 'none'))).rejects.toBeInstanceOf(CheckpointFileError);
  await writeFile(join(folder, 'text.safetensors'), 'no checkpoint');
  await expect(readSafetensors(join(folder, 'text.safetensors'))).rejects.toBeInstanceOf(CheckpointFormatError);
});

describe('saveParameters and loadParameters', () => {
  test('carry every variable, buffers included, without leaks', async () => {
    const path = join(folder, 'model.safetensors');
    const [saved, loaded] = [makeModel(3), makeModel(-1)];
    const before = memory().numTensors;
    await saveParameters(path, saved.tree, { epoch: '4' });
    const result = await loadParameters(path, loaded.tree);
    expect(result).toEqual({ metadata: { epoch: '4' }, missing: [], unexpected: [] });
    expect(memory().numTensors).toBe(before);
    expect([...loaded.weight.dataSync()]).toEqual([3, -3]);
    expect([...loaded.steps.dataSync()]).toEqual([3]);
    expect([...loaded.mask.dataSync()]).toEqual([1, 0]);
    for (const model of [saved, loaded]) disposeParameters(model.tree);
  });

  test('report names and shapes that differ, with the nearest name, and change nothing', async () => {
    const path = join(folder, 'model.safetensors');
    await saveParameters(path, { conv: { wieght: variable(tensor([1])), scale: variable(tensor([1, 2])) } });
    const conv: Record<'weight' | 'scale', Variable> = {
      weight: variable(tensor([7])),
      scale: variable(tensor([7, 7, 7])),
    };
    const attempt = loadParameters(path, { conv });
    await expect(attempt).rejects.toBeInstanceOf(ParameterMismatchError);
    await expect(attempt).rejects.toThrow('conv.weight (the checkpoint has conv.wieght)');
    await expect(attempt).rejects.toThrow('conv.scale: the model has float32 [3], the checkpoint F32 [2]');
    expect(conv.weight.dataSync()[0]).toBe(7);
    await expect(loadParameters(path, { conv }, { strict: false })).rejects.toThrow('Different shape or type (1)');
    const result = await loadParameters(path, { conv: { weight: conv.weight } }, { strict: false });
    expect(result).toMatchObject({ missing: ['conv.weight'], unexpected: ['conv.scale', 'conv.wieght'] });
  });

  test('save the same bytes twice', async () => {
    const { tree } = makeModel(2);
    await saveParameters(join(folder, 'a'), tree);
    await saveParameters(join(folder, 'b'), tree);
    expect(await readFile(join(folder, 'a'))).toEqual(await readFile(join(folder, 'b')));
  });
});
