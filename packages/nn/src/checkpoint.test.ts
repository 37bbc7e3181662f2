import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointFormatError } from '@deflow/checkpoints';
import { writeCheckpoint } from '@deflow/checkpoints/node';
import { memory, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadParameters, saveParameters } from './checkpoint.ts';
import { ParameterMismatchError } from './errors.ts';
import { disposeParameters, type ParameterTree } from './parameters.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deflow-nn-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function makeModel(value: number) {
  const weight = variable(tensor([[value, -value]]));
  const steps = variable(tensor(value, [], 'int32'), false);
  const mask = variable(tensor([value > 0, false], [2], 'bool'), false);
  const tree: ParameterTree = { layers: [{ weight }, { steps }], mask };
  return { weight, steps, mask, tree };
}

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
    await expect(attempt).rejects.toThrow('conv.scale: the model has float32 [3], the checkpoint float32 [2]');
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

  test('refuse a PyTorch file, whose axes stand in another order', async () => {
    const path = join(folder, 'model.pth');
    await writeCheckpoint(path, { weight: { type: 'float32', shape: [1], data: Float32Array.of(1) } });
    const weight = variable(tensor([7]));
    await expect(loadParameters(path, { weight })).rejects.toBeInstanceOf(CheckpointFormatError);
    expect(weight.dataSync()[0]).toBe(7);
  });
});
