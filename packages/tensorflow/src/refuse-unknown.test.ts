import { expect, test } from 'vitest';
import { OptionError } from './errors.ts';
import { refuseUnknown } from './refuse-unknown.ts';

const known = { wheel: {}, force: {} };

test('options that are there, and their values, pass', () => {
  refuseUnknown(['--wheel', 'a.whl', '--force'], known);
  refuseUnknown(['--wheel=--odd--name.whl'], known);
});

test.each([['--whell'], ['--whell=x'], ['-w']])('%s is refused', (word) => {
  expect(() => refuseUnknown([word], known)).toThrow(OptionError);
  expect(() => refuseUnknown([word], known)).toThrow(/--wheel, --force/);
});
