import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { BindingLoadError } from '../errors.ts';
import { quietFile } from '../native/binding.ts';
import { bindingFile, placeBinding, shippedBinding } from './binding-files.ts';
import { compileBinding } from './compile-binding.ts';
import type { OnProgress } from './progress.ts';

/** Whether an installation has the binding of these sources. */
export const hasBinding = (installation: string): boolean =>
  existsSync(bindingFile(installation)) && existsSync(quietFile(bindingFile(installation)));

/** Tries the binding in a process of its own; what went wrong, or undefined. */
function loadingFailure(file: string): string | undefined {
  const script = 'require(process.argv[2]).quietly(() => require(process.argv[1]))';
  const run = spawnSync(process.execPath, ['-e', script, file, quietFile(file)], { encoding: 'utf8' });
  if (run.status === 0) return undefined;
  return /Error: (.*)/.exec(run.stderr)?.[1] ?? `it ended the process with ${run.signal ?? run.status}`;
}

/** Gives an installation its binding: the shipped one where it works, else one that is compiled here. True when it was compiled. */
export function provideBinding(installation: string, onProgress?: OnProgress): boolean {
  const file = bindingFile(installation);
  const shipped = shippedBinding();
  if (shipped) {
    placeBinding(shipped, file);
    if (!loadingFailure(file)) return false;
  }
  onProgress?.({ step: 'compile', name: 'binding', done: 0, total: 0 });
  compileBinding(installation);
  const failure = loadingFailure(file);
  if (!failure) return true;
  throw new BindingLoadError(`TensorFlow cannot be loaded: ${failure}.`, {
    value: failure,
    remedy:
      'TensorFlow needs glibc 2.27 or newer (Alpine has another libc: use the wasm backend there) and a processor with AVX.',
  });
}
