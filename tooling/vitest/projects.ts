import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const root = here('../..');
const tests = ['packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'tooling/*/**/*.test.ts'];
const source = { resolve: { conditions: ['@deflow/source'] }, ssr: { resolve: { conditions: ['@deflow/source'] } } };
const shared = { root, pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 120_000 };

/**
 * Two projects: `native` runs every test on the best backend that DEFLOW_BACKEND allows;
 * `wasm` runs the conformance suites (`*.conformance.test.ts`) again on WebAssembly.
 */
export const testProjects = defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { ...source, test: { ...shared, name: 'native', include: tests, setupFiles: [here('use-backend.ts')] } },
      {
        ...source,
        test: {
          ...shared,
          name: 'wasm',
          include: tests.map((glob) => glob.replace('*.test.ts', '*.conformance.test.ts')),
          setupFiles: [here('use-backend.ts')],
          env: { DEFLOW_BACKEND: 'wasm' },
        },
      },
    ],
  },
});
