import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint } from '@deflow/checkpoints/node';
import { disposeParameters, namedParameters } from '@deflow/nn';
import { tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NetworkFileError, type RrdbNetConfig } from '../src/index.ts';
import { readSuperResolution, writeSuperResolution } from '../src/node.ts';
import {
  expectEntries,
  expectStatistics,
  type FormulaImage,
  formulaImage,
  golden,
  goldenPath,
  haveGolden,
  pyTorchOrder,
  type Statistics,
} from './golden-formulas.ts';

interface Known {
  readonly config: Readonly<Record<string, number>>;
  readonly forward?: {
    readonly input: FormulaImage;
    readonly output: Statistics & { readonly shape: readonly number[] };
  };
}

const files: Readonly<Record<string, Known>> = haveGolden
  ? golden<{ files: Record<string, Known> }>('checkpoints.json').files
  : {};

/** Files whose tensors are those of another one, and so their results. */
const twins: Readonly<Record<string, string>> = {
  'rrdb_legacy.pth': 'rrdb_zip.pth',
  'rrdb_trunk_module_legacy.pth': 'rrdb_trunk_zip.pth',
};

describe.skipIf(!haveGolden)('files that PyTorch wrote', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deflow-super-resolution-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    'rrdb_zip.pth',
    'rrdb_legacy.pth',
    'wrapped.pth',
    'wrapped_x2.pth',
    'old_arch_legacy.pth',
    'rrdb_trunk_zip.pth',
    'rrdb_trunk_module_legacy.pth',
  ])('%s: configuration and forward result', async (name) => {
    const { config } = files[name]!;
    const { input, output } = (files[name]!.forward ?? files[twins[name]!]!.forward)!;
    const network = await readSuperResolution(goldenPath(name));
    const wanted: Partial<RrdbNetConfig> = {
      scale: config.scale as 2 | 4,
      unshuffle: 4 / config.scale!,
      features: config.num_feat!,
      blocks: config.num_block!,
      growth: config.num_grow_ch!,
    };
    expect(network.config).toMatchObject(wanted);
    const values = tidy(() => pyTorchOrder(network.apply(formulaImage(input)), 'image'));
    expectStatistics(values, output, 1e-5);
    expectEntries(values, output.shape, output, 1e-5);
    disposeParameters(network.parameters);
  });

  test.each([
    ['basicsr', 'rrdb_zip.pth', undefined],
    ['basicsr', 'wrapped.pth', 'params_ema'],
    ['basicsr', 'wrapped_x2.pth', 'params_ema'],
    ['esrgan-2018', 'old_arch_legacy.pth', undefined],
    ['esrgan', 'rrdb_trunk_zip.pth', undefined],
  ] as const)('names %s are written as in %s', async (names, source, key) => {
    const network = await readSuperResolution(goldenPath(source));
    const path = join(folder, `${names} ${source}`);
    await writeSuperResolution(path, network, { names, ...(key ? { key } : {}) });
    const [ours, theirs] = await Promise.all([readCheckpoint(path), readCheckpoint(goldenPath(source))]);
    expect([...ours.tensors]).toEqual([...theirs.tensors]);
    const again = await readSuperResolution(path);
    for (const [name, variable] of namedParameters(network.parameters)) {
      expect(await namedParameters(again.parameters).get(name)!.data()).toEqual(await variable.data());
    }
    for (const each of [network, again]) disposeParameters(each.parameters);
  });

  test('refuses the files of discriminators', async () => {
    for (const name of ['patchgan.pth', 'unet_sn.pth']) {
      await expect(readSuperResolution(goldenPath(name))).rejects.toThrow(NetworkFileError);
    }
  });
});
