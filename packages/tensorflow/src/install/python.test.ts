import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPython, requirePython } from './python.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deflow-python-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

test('the first Python that has pip', () => {
  command('python3', 'exit 1');
  command('python', 'echo "pip 24.0 from a place (python 3.12)"');
  expect(findPython({ PATH: folder })).toEqual({ command: 'python', pip: 'pip 24.0' });
});

test('a Python without pip is told apart from none', () => {
  expect(() => requirePython({ PATH: folder })).toThrow(/^There is no Python/);
  command('python3', 'test "$1" = "--version"');
  expect(() => requirePython({ PATH: folder })).toThrow(/^python3 has no pip/);
});
