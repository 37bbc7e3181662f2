// The two bundles that the pages are: a stranger's project with packed packages, and this tree's conformance suites.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions } from 'vite';
import { emptyProject, pack, root, withOurDependencies } from '../checks/packed-project.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = { configFile: false, logLevel: 'error', base: './' };

/** `vite build` of the two moons in a new project with the packed @deflow/flows. Returns the built folder. */
export async function bundleMoons(work) {
  const project = join(work, 'moons');
  mkdirSync(project, { recursive: true });
  const tarballs = withOurDependencies('flows').map((folder) => pack(folder, work).tarball);
  emptyProject(project, 'module', [...tarballs, '@tensorflow/tfjs@4.22.0', '@tensorflow/tfjs-backend-wasm@4.22.0']);
  for (const file of ['index.html', 'main.js']) copyFileSync(here(`moons/${file}`), join(project, file));
  copyFileSync(join(root, 'tooling', 'checks', 'two-moons.mjs'), join(project, 'two-moons.mjs'));
  await build({ ...common, root: project, build: { chunkSizeWarningLimit: 4000 } });
  return join(project, 'dist');
}

/** The conformance suites from their sources, with `vitest` replaced by a runner for pages. Returns the built folder. */
export async function bundleSuites(work) {
  const outDir = join(work, 'suites');
  const ofVitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
  const alias = {
    vitest: here('suites/vitest-in-page.ts'),
    '@vitest/expect': ofVitest.resolve('@vitest/expect'),
    chai: ofVitest.resolve('chai'),
  };
  await build({
    ...common,
    root: here('suites'),
    resolve: { alias, conditions: ['@deflow/source', ...defaultClientConditions] },
    // The packages say that they have no side effects; tests are nothing else.
    build: {
      outDir,
      target: 'esnext',
      minify: false,
      rolldownOptions: { treeshake: false },
      chunkSizeWarningLimit: 8000,
    },
  });
  return outDir;
}
