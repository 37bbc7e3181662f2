import type { Options } from 'tsup';

/** The build of every published package: ESM and CJS, declarations for both, one file an entry. */
export function library(entry: Record<string, string>, options: Options = {}): Options {
  return {
    entry,
    format: ['esm', 'cjs'],
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    target: 'node20',
    platform: 'neutral',
    ...options,
  };
}
