import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfiguration } from './check.ts';
import { defaultConfiguration } from './defaults.ts';
import { merge } from './merge.ts';
import { nearest } from './nearest.ts';
import { resolveConfiguration } from './resolve.ts';
import { configurationText } from './write-configuration.ts';

describe('nearest', () => {
  it('finds swaps, omissions and additions', () => {
    expect(nearest('stpes', ['steps', 'seed'])).toBe('steps');
    expect(nearest('heldout', ['held-out', 'help'])).toBe('held-out');
    expect(nearest('Backends', ['backend'])).toBe('backend');
  });
  it('finds nothing where nothing is near', () => expect(nearest('colour', ['steps', 'seed', 'xla'])).toBeUndefined());
});

describe('merge', () => {
  it('lays records upon each other and replaces the rest', () => {
    expect(merge({ a: { b: 1, c: [1, 2] }, d: 4 }, { a: { c: [3] } })).toEqual({ a: { b: 1, c: [3] }, d: 4 });
  });
  it('passes over what is not given', () => expect(merge({ a: 1 }, { a: undefined })).toEqual({ a: 1 }));
  it('replaces a record of another kind whole', () => {
    expect(merge({ s: { kind: 'cosine', to: 0.1 } }, { s: { kind: 'halvings', at: [0.5] } })).toEqual({
      s: { kind: 'halvings', at: [0.5] },
    });
  });
});

describe('configurations', () => {
  it.each(['small', 'paper-small'] as const)('%s is valid, and survives being written and read', (preset) => {
    const configuration = defaultConfiguration(preset);
    const again = checkConfiguration(parse(configurationText(configuration)), configuration, 'it');
    expect(again).toEqual(configuration);
  });

  it('takes options over the preset', async () => {
    const { preset, seed, training, engine } = await resolveConfiguration({
      preset: 'paper-small',
      seed: '9',
      minutes: '2.5',
      xla: true,
    });
    expect({ preset, seed, minutes: training.minutes, xla: engine.xla }).toEqual({
      preset: 'paper-small',
      seed: 9,
      minutes: 2.5,
      xla: true,
    });
    expect(training.patchSize).toBe(48);
  });
});
