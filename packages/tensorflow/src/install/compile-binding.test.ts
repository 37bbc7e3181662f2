import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BindingBuildError, CompilerMissingError } from '../errors.ts';
import { bindingFile, bindingName } from './binding-files.ts';
import { compileBinding, findCompiler } from './compile-binding.ts';
import { hasBinding } from './place-binding.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deflow-compile-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An environment whose only compiler is this shell script. */
function withCompiler(script: string): NodeJS.ProcessEnv {
  const file = join(folder, 'my-compiler');
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = "--version" ]; then exit 0; fi\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: folder, CXX: 'my-compiler' };
}

test('CXX is tried first; without any compiler there is an error that names some', () => {
  expect(findCompiler(withCompiler(''))).toBe('my-compiler');
  expect(() => compileBinding(folder, { PATH: join(folder, 'nothing') })).toThrow(CompilerMissingError);
  expect(() => compileBinding(folder, { PATH: join(folder, 'nothing') })).toThrow(/apt install g\+\+/);
});

test('what the compiler says is told, and nothing half-made is left', () => {
  const environment = withCompiler('echo "error: this is no C++" >&2; exit 1');
  expect(() => compileBinding(folder, environment)).toThrow(BindingBuildError);
  expect(() => compileBinding(folder, environment)).toThrow(
    /could not compile deflow_quiet.cc:\nerror: this is no C\+\+/,
  );
  expect(readdirSync(folder)).toEqual(['my-compiler']);
});

test('both modules are put into place under the name of their sources', () => {
  const environment = withCompiler('while [ "$1" != "-o" ]; do shift; done; : > "$2"');
  compileBinding(folder, environment);
  expect(bindingName()).toMatch(/^deflow_binding-[0-9a-f]{12}\.node$/);
  expect(existsSync(bindingFile(folder))).toBe(true);
  expect(hasBinding(folder)).toBe(true);
  expect(readdirSync(folder)).toHaveLength(3);
});
