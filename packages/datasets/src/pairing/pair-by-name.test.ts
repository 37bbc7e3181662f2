import { createRandom, OptionError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { UnpairedImagesError } from '../errors.ts';
import { pairByName } from './pair-by-name.ts';

const failure = (work: () => unknown): UnpairedImagesError => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UnpairedImagesError);
    return error as UnpairedImagesError;
  }
  throw new Error('nothing was thrown');
};

describe('pairByName', () => {
  it.each([
    ['suffix', '{name}x4', '{name}', 'a/0801x4.png', 'a/0801.jpg'],
    ['folder against folder', 'low/{name}', 'high/{name}', 'low/x/1.png', 'high/x/1.png'],
    ['suffix against suffix', '{name}_LR4', '{name}_HR', 'Canon_001_LR4.png', 'Canon_001_HR.png'],
    ['accents composed and not', '{name}', '{name}', 'e\u0301te\u0301.png', 'été.tif'],
    ['dots inside', '{name}', '{name}', 'a.b.c.png', 'a.b.c.jpeg'],
  ])('%s', (_, low, high, lowName, highName) => {
    expect(pairByName([lowName], [highName], { low, high })).toEqual([{ low: lowName, high: highName }]);
  });

  it('lists every name without a partner, on both sides', () => {
    const { low, high, message } = failure(() =>
      pairByName(['1x4.png', '2x4.png', 'x4.png', '5.png'], ['1.png', '3.png'], { low: '{name}x4' }),
    );
    expect(low).toEqual(['x4.png', '5.png', '2x4.png']);
    expect(high).toEqual(['3.png']);
    expect(message).toMatch(/^1 pairs found; without a partner are 3 low and 1 high images:/);
    expect(message).toContain('low 2x4.png ({name}x4)');
    expect(message).toContain('high 3.png');
  });

  it('leaves them out where asked, but not when no pair is left', () => {
    const skip = { onUnpaired: 'skip' } as const;
    expect(pairByName(['1.png', '2.png'], ['2.png', '3.png'], skip)).toEqual([{ low: '2.png', high: '2.png' }]);
    expect(failure(() => pairByName(['1.png'], ['2.png'], skip)).message).toContain('0 pairs');
  });

  it('names the second of two files for the same partner', () => {
    expect(failure(() => pairByName(['a.png', 'a.jpg'], ['a.png'])).low).toEqual(['a.jpg']);
  });

  it('keeps the order of the high names whatever the order of the low ones', () => {
    const random = createRandom(4);
    const names = Array.from({ length: 50 }, (_, i) => `f${i}`);
    const low = random.shuffle(names.map((name) => `${name}x2.png`));
    const high = random.shuffle(names.map((name) => `${name}.png`));
    const pairs = pairByName(low, high, { low: '{name}x2' });
    expect(pairs.map((pair) => pair.high)).toEqual(high);
    for (const pair of pairs) expect(pair.low).toBe(pair.high.replace('.png', 'x2.png'));
  });

  it('refuses a pattern without {name}', () => {
    expect(() => pairByName(['a'], ['a'], { low: 'x4' })).toThrow(OptionError);
    expect(() => pairByName(['a'], ['a'], { high: '{name}{name}' })).toThrow(OptionError);
  });
});
