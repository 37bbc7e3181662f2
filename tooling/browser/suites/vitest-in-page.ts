// Stands in for `vitest` in a page: the conformance suites import `describe`, `test` and `expect` from it and run unchanged.
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

export interface PageTest {
  readonly name: string;
  run(): unknown;
}

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = chai.expect;

/** Every test of the suites imported so far, with the groups around it in its name. */
export const tests: PageTest[] = [];
const groups: string[] = [];

/** `$kind` is the row's property, `%i`, `%o` and `%s` the row's values in turn. */
function titled(title: string, row: unknown): string {
  const values = [...(Array.isArray(row) ? row : [row])];
  return title
    .replace(/\$(\w+)/g, (_, name) => String((row as Record<string, unknown>)[name]))
    .replace(/%[a-z]/g, () => {
      const value = values.shift();
      return typeof value === 'function' ? value.name : String(value);
    });
}

const each =
  (define: (name: string, run: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, run: (...row: never[]) => unknown): void => {
    for (const row of rows) define(titled(title, row), () => run(...((Array.isArray(row) ? row : [row]) as never[])));
  };

function defineTest(name: string, run: () => unknown): void {
  tests.push({ name: [...groups, name].join(' > '), run });
}

function defineGroup(name: string, body: () => unknown): void {
  groups.push(name);
  body();
  groups.pop();
}

export const test = Object.assign(defineTest, { each: each(defineTest) });
export const it = test;
export const describe = Object.assign(defineGroup, { each: each(defineGroup) });
