import { describe, expect, it } from 'vitest';
import { SplitError } from './errors.ts';
import { splitByName } from './split-by-name.ts';

const names = Array.from({ length: 400 }, (_, i) => `photo ${i}.jpg`);

describe('splitByName', () => {
  it('is a partition in the given order, the same every time', () => {
    const split = splitByName(names, { heldOut: 0.25 });
    expect([...split.training, ...split.heldOut].sort()).toEqual([...names].sort());
    expect(split.training).toEqual(names.filter((name) => split.training.includes(name)));
    expect(splitByName(names.toReversed(), { heldOut: 0.25 }).heldOut).toEqual(split.heldOut.toReversed());
    expect(splitByName(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'], { heldOut: 1, seed: 3 }).heldOut).toEqual(['d.jpg']);
  });

  it('holds out about the share asked for (400 names, within 4 standard errors), exactly the number asked for', () => {
    expect(Math.abs(splitByName(names, { heldOut: 0.25 }).heldOut.length - 100)).toBeLessThan(4 * Math.sqrt(75));
    for (const count of [0, 1, 20, 399]) expect(splitByName(names, { heldOut: count }).heldOut).toHaveLength(count);
  });

  it('never moves a file when others come, for a share', () => {
    const few = splitByName(names.slice(0, 100), { heldOut: 0.2 });
    const many = splitByName(names, { heldOut: 0.2 });
    expect(many.heldOut.filter((name) => names.indexOf(name) < 100)).toEqual(few.heldOut);
  });

  it('only lets new files push others out, for a number', () => {
    const few = splitByName(names.slice(0, 100), { heldOut: 10 }).heldOut;
    const more = splitByName(names.slice(0, 101), { heldOut: 10 }).heldOut;
    expect(more.filter((name) => !few.includes(name)).length).toBeLessThanOrEqual(1);
  });

  it('changes with the seed, not with the Unicode form of a name', () => {
    expect(splitByName(names, { heldOut: 20, seed: 1 })).not.toEqual(splitByName(names, { heldOut: 20, seed: 2 }));
    const composed = names.map((name) => `\u00e9${name}`);
    const apart = names.map((name) => `e\u0301${name}`);
    const heldOut = (list: string[]) =>
      splitByName(list, { heldOut: 0.3 }).heldOut.map((name) => name.normalize('NFC'));
    expect(heldOut(apart)).toEqual(heldOut(composed));
  });

  it('names splits that make no sense', () => {
    for (const heldOut of [-0.1, 1.5, Number.NaN, 400, 500])
      expect(() => splitByName(names, { heldOut })).toThrow(SplitError);
  });
});
