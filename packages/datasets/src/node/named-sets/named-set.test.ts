import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptionError } from '@deflow/images';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MissingSetError } from '../../errors.ts';
import { pairByName } from '../../pairing/pair-by-name.ts';
import { namedSet } from './named-set.ts';

let root: string;
const folders = async (...names: string[]) => {
  for (const name of names) await mkdir(join(root, name), { recursive: true });
};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-sets-'));
  await folders('AIM-RWSR/train-clean-images', 'AIM-RWSR/train-noisy-images/1x', 'AIM-RWSR/notes');
  await folders(
    'div/DIV2K_train_HR',
    'div/DIV2K_train_LR_bicubic/X4',
    'RealSR(V3)/Canon/Train/4',
    'RealSR(V3)/Nikon/Train/4',
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('namedSet', () => {
  it('finds a set from its own folder and from the one around it, prepared by DeFlow or not', async () => {
    for (const start of [root, join(root, 'AIM-RWSR')]) {
      const set = await namedSet('aim-rwsr', start);
      const [clean] = set.part({ split: 'train', kind: 'clean' });
      const [degraded] = set.part({ split: 'train', kind: 'degraded' });
      expect(clean!.path).toBe(join(root, 'AIM-RWSR', 'train-clean-images'));
      expect(degraded!.path).toBe(join(root, 'AIM-RWSR', 'train-noisy-images', '1x'));
      expect([clean!.scales, degraded!.scales]).toEqual([
        [1, 4, 32],
        [1, 8],
      ]);
      expect(set.missing.map(({ folder }) => folder)).toEqual(['valid-gt-clean', 'valid-input-noisy']);
      expect(() => set.part({ split: 'validation', kind: 'high' })).toThrow(/Expected:\s+valid-gt-clean\nThere are:/);
      expect(() => set.part({ split: 'test', kind: 'high' })).toThrow(/has no part test high/);
    }
  });

  it('gives patterns that pair', async () => {
    const div2k = await namedSet('div2k', join(root, 'div'));
    const [low] = div2k.part({ split: 'train', kind: 'low', scale: 4 });
    expect(low!.path).toBe(join(root, 'div', 'DIV2K_train_LR_bicubic', 'X4'));
    expect(pairByName(['0001x4.png'], ['0001.png'], { low: low!.names })).toHaveLength(1);
    expect(() => div2k.part({ split: 'train', kind: 'low', scale: 2 })).toThrow(MissingSetError);
    const realSr = await namedSet('realsr', root);
    const names = ['Canon_001_HR.png', 'Canon_001_LR4.png', 'Canon_002_HR.png', 'Canon_002_LR4.png'];
    const [lows, highs] = (['low', 'high'] as const).map((kind) => realSr.part({ split: 'train', kind, scale: 4 }));
    expect([lows!.length, highs!.length]).toEqual([2, 2]);
    const pairs = pairByName(names, names, { low: lows![0]!.names, high: highs![0]!.names, onUnpaired: 'skip' });
    expect(pairs).toEqual([
      { low: 'Canon_001_LR4.png', high: 'Canon_001_HR.png' },
      { low: 'Canon_002_LR4.png', high: 'Canon_002_HR.png' },
    ]);
  });

  it('says which folders it expected and which are there', async () => {
    const error = await namedSet('ntire-rwsr', join(root, 'AIM-RWSR')).catch((cause) => cause);
    expect(error).toBeInstanceOf(MissingSetError);
    expect(error.message).toMatch(/Corrupted-tr-y[\s\S]*There are:[\s\S]*train-clean-images/);
    await expect(namedSet('dped-rwsr', join(root, 'nowhere'))).rejects.toThrow(/It does not exist/);
    await expect(namedSet('set5' as never, root)).rejects.toThrow(OptionError);
  });
});
