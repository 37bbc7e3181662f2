import { defineConfig } from 'tsup';
import { library } from '../../tooling/tsup/library.ts';

export default defineConfig(
  library(
    { index: 'src/index.ts', node: 'src/node.ts', tensors: 'src/tensors.ts', webassembly: 'src/webassembly.ts' },
    { platform: 'node' },
  ),
);
