import { type CheckpointTensor, decodePyTorch, encodePyTorch, stateDict } from '@deflow/checkpoints';
import { createRandom } from '@deflow/images';
import { namedParameters, ParameterMismatchError } from '@deflow/nn';
import { memory, type Variable } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { tinyReleased as config, randomModel } from '../../test/tiny-released.ts';
import {
  aim,
  createDeFlow,
  type DeFlow,
  deflowFromReleased,
  deflowToReleased,
  exportReleased,
  InvalidConfigError,
  importReleased,
  importRrdb,
  ntire,
  paperSmall,
  releasedLayout,
  small,
} from '../index.ts';

const values = (model: DeFlow) =>
  [...namedParameters(model.parameters)]
    .filter(([name]) => name !== 'initialized')
    .map(([name, each]) => [name, [...each.dataSync()]]);

const weightAt = (kernel: Variable, at: readonly number[]): number =>
  kernel.dataSync()[at.reduce((index, position, axis) => index * kernel.shape[axis]! + position, 0)]!;

describe('a state dict of the released structure', () => {
  test.each(['zip', 'legacy'] as const)('goes through a %s file and back', async (container) => {
    const model = randomModel(1);
    const before = memory().numTensors;
    const file = await deflowToReleased(model, { container });
    expect(memory().numTensors).toBe(before);
    const { model: loaded, unused } = deflowFromReleased(file, { config });
    expect(values(loaded)).toEqual(values(model));
    expect(loaded.initialized.dataSync()[0]).toBe(1);
    expect(await deflowToReleased(loaded, { container, unused })).toEqual(file);
  });

  test('names every parameter once and keeps both parts of a convolution apart', async () => {
    const model = randomModel(2);
    const named = releasedLayout(config).flatMap(({ parts }) => parts.map(({ path }) => path));
    expect(new Set(named).size).toBe(named.length);
    expect([...named].sort()).toEqual(
      [...namedParameters(model.parameters).keys()].filter((name) => name !== 'initialized').sort(),
    );
    const tensors = await exportReleased(model);
    const { shape, data } = tensors.get('flowUpsamplerNet.layers.2.affine.fAffine.0.weight')!;
    expect(shape).toEqual([6, 6 + 12, 3, 3]);
    const parameters = namedParameters(model.parameters);
    const own = parameters.get('levels.0.flow.step0.coupling.input.weight')!;
    const context = parameters.get('levels.0.flow.step0.coupling.context.weight')!;
    // [output 2, input 5, row 1, column 2] and [output 2, input 6 + 7, row 1, column 2]
    expect(data[((2 * 18 + 5) * 3 + 1) * 3 + 2]).toBe(weightAt(own, [1, 2, 5, 2]));
    expect(data[((2 * 18 + 13) * 3 + 1) * 3 + 2]).toBe(weightAt(context, [1, 2, 7, 2]));
  });

  test('puts identities and zeros where the released program stores what it never uses', async () => {
    const tensors = await exportReleased(randomModel(3));
    expect([...tensors.get('flowUpsamplerNet.layers.3.I')!.data].filter((value) => value === 1)).toHaveLength(6);
    expect(tensors.get('RRDB.conv_last.weight')!.data.every((value) => value === 0)).toBe(true);
  });

  test('must fit to the last key and shape, and changes nothing otherwise', async () => {
    const model = randomModel(4);
    const before = values(model);
    const tensors = await exportReleased(randomModel(5));
    const bad = new Map(tensors);
    bad.delete('mean_shift');
    bad.set('extra', tensors.get('I')!);
    bad.set('cov_shift', { type: 'float32', shape: [2, 2], data: new Float32Array(4) });
    bad.set('RRDB.conv_first.bias', { type: 'int64', shape: [4], data: new BigInt64Array(4) });
    expect(() => importReleased(model, bad)).toThrow(ParameterMismatchError);
    for (const line of [
      'Missing (1):\n  mean_shift',
      'Unexpected (1):\n  extra',
      'cov_shift: wanted [24,24], found float32 [2,2]',
      'RRDB.conv_first.bias: wanted [4], found int64 [4]',
    ]) {
      expect(() => importReleased(model, bad)).toThrow(line);
    }
    expect(() => importReleased(model, bad, { strict: false })).toThrow('Misshapen (2)');
    expect(values(model)).toEqual(before);
    bad.set('cov_shift', tensors.get('cov_shift')!);
    bad.set('RRDB.conv_first.bias', tensors.get('RRDB.conv_first.bias')!);
    expect(importReleased(model, bad, { strict: false })).toMatchObject({
      missing: ['mean_shift'],
      unexpected: ['extra'],
    });
  });

  test('has no place for models of another structure', () => {
    for (const model of [small.model, paperSmall.model])
      expect(() => releasedLayout(model)).toThrow(InvalidConfigError);
    expect(releasedLayout(aim.model)).toHaveLength(1957);
    expect(releasedLayout(ntire.model)).toHaveLength(1955);
  });

  test('half precision and the prefix of DataParallel are taken', async () => {
    const model = randomModel(6);
    const tensors = await exportReleased(model);
    const half = [...tensors].map(([key, { shape, data }]) => {
      const bits = Uint16Array.from(
        new Uint32Array(Float32Array.from(data as Float32Array).buffer),
        (each) => each >>> 16,
      );
      return [`module.${key}`, { type: 'bfloat16', shape, data: bits } as CheckpointTensor] as const;
    });
    const { model: loaded } = deflowFromReleased(encodePyTorch(new Map(half)), { config });
    const [exact, rounded] = [values(model), values(loaded)];
    exact.forEach(([, numbers], i) => {
      for (const [j, value] of (numbers as number[]).entries()) {
        expect(Math.abs((rounded[i]![1] as number[])[j]! - value)).toBeLessThanOrEqual(2 ** -7 * Math.abs(value));
      }
    });
  });
});

/** Our encoder's tensors under the names of each family. */
const families: Record<string, (key: string) => string> = {
  'the released DeFlow': (key) => `RRDB.${key}`,
  'ESRGAN since 2020': (key) => key,
  BasicSR: (key) =>
    key
      .replace(/^RRDB_trunk\.(\d)\.RDB(\d)/, 'body.$1.rdb$2')
      .replace('trunk_conv', 'conv_body')
      .replace('upconv', 'conv_up')
      .replace('HRconv', 'conv_hr'),
  'ESRGAN of 2018': (key) =>
    key
      .replace(/^RRDB_trunk\.(\d)\.(RDB\d\.conv\d)/, 'model.1.sub.$1.$2.0')
      .replace('trunk_conv', 'model.1.sub.2')
      .replace('conv_first', 'model.0')
      .replace('upconv1', 'model.3')
      .replace('upconv2', 'model.6')
      .replace('HRconv', 'model.8')
      .replace('conv_last', 'model.10'),
};

describe('an RRDB network', () => {
  const encoderOf = async (model: DeFlow) => {
    const tensors = await exportReleased(model);
    return [...tensors]
      .filter(([key]) => key.startsWith('RRDB.'))
      .map(([key, tensor]) => [key.slice(5), tensor] as const);
  };
  const conditioning = (model: DeFlow) => values(model).filter(([name]) => String(name).startsWith('conditioning.'));

  test.each(Object.keys(families))('is taken under the names of %s', async (family) => {
    const [trained, model] = [randomModel(7), randomModel(8)];
    const flow = values(model).filter(([name]) => !String(name).startsWith('conditioning.'));
    const file = new Map((await encoderOf(trained)).map(([key, tensor]) => [families[family]!(key), tensor]));
    importRrdb(model, stateDict(decodePyTorch(encodePyTorch(file)).value));
    expect(conditioning(model)).toEqual(conditioning(trained));
    expect(values(model).filter(([name]) => !String(name).startsWith('conditioning.'))).toEqual(flow);
  });

  test('a whole released file gives its encoder', async () => {
    const [trained, model] = [randomModel(9), randomModel(10)];
    importRrdb(model, await exportReleased(trained));
    expect(conditioning(model)).toEqual(conditioning(trained));
  });

  test('of other sizes, or with other layers, is refused', async () => {
    const model = randomModel(11);
    const tensors = new Map(await encoderOf(model));
    tensors.delete('trunk_conv.bias');
    tensors.set('attention.weight', tensors.get('conv_first.bias')!);
    expect(() => importRrdb(model, tensors)).toThrow('Missing (1):\n  trunk_conv.bias');
    expect(() => importRrdb(model, tensors)).toThrow('Unexpected (1):\n  attention.weight');
    const other = createDeFlow({ config: small.model, random: createRandom(1) });
    expect(() => importRrdb(other, tensors)).toThrow(InvalidConfigError);
  });
});
