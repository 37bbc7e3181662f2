import { defineConfig } from 'tsup';
import { library } from '../../tooling/tsup/library.ts';

export default defineConfig(
  library(
    { index: 'src/index.ts', wasm: 'src/wasm.ts', cli: 'src/cli.ts' },
    { platform: 'node', shims: true, dts: { entry: { index: 'src/index.ts', wasm: 'src/wasm.ts' } } },
  ),
);
