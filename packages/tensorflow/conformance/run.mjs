// Runs the test suite that @tensorflow/tfjs-core publishes inside its package on our engine:
//   node packages/tensorflow/conformance/run.mjs --backend native|wasm [--captured] [--compare]
// --captured (native): every kernel that a case uses runs compiled, too, and must give the same bits.
// On wasm, the cases that fail without our kernels, too, are listed in wasm-stock-failures.json; --compare runs them all without
// our kernels first and writes that list anew.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '..', '.cache', 'conformance');
const bundle = join(cache, 'suite.mjs');
const stockFailureFile = join(here, 'wasm-stock-failures.json');
const { backend, captured, compare } = parseArgs({
  options: {
    backend: { type: 'string', default: 'native' },
    captured: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
  },
}).values;

/** The cases that tfjs-node leaves out of its own run of the suite. */
function leftOutByTfjsNode() {
  const source = readFileSync(require.resolve('@tensorflow/tfjs-node-gpu/dist/run_tests.js'), 'utf8');
  const start = source.indexOf('[', source.indexOf('var IGNORE_LIST'));
  return Function(`return ${source.slice(start, source.indexOf('];', start) + 1)}`)();
}

async function makeBundle() {
  mkdirSync(cache, { recursive: true });
  await build({
    entryPoints: [join(here, 'suite.mjs')],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // tfjs-core declares its tests free of side effects.
    ignoreAnnotations: true,
    external: ['jasmine', 'yauzl'],
    mainFields: ['module', 'main'],
    banner: {
      js: `import { createRequire as makeRequire } from 'node:module';
const require = makeRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`,
    },
    logLevel: 'error',
  });
}

/** The outcome of every case: name, status and message. */
function runSuite(kernels, ignored) {
  const file = join(cache, `${backend}-${kernels.toLowerCase()}.json`);
  const { status, stderr } = spawnSync(process.execPath, [bundle, backend, kernels, file], {
    env: { ...process.env, DEFLOW_SUITE: JSON.stringify({ ignored }) },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) {
    console.error(stderr);
    console.error(`The suite did not run on ${backend}: exit code ${status}.`);
    process.exit(1);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

const withStatus = (outcomes, wanted) => outcomes.filter(({ status }) => status === wanted);
const namesOf = (outcomes) => [...new Set(outcomes.map(({ name }) => name))].sort();

await makeBundle();
const ignored = backend === 'native' ? leftOutByTfjsNode() : [];
if (compare) {
  const stockFailures = namesOf(withStatus(runSuite('PLAIN', ignored), 'failed'));
  writeFileSync(stockFailureFile, `${JSON.stringify(stockFailures, null, 2)}\n`);
}
const excused = new Set(backend === 'wasm' ? JSON.parse(readFileSync(stockFailureFile, 'utf8')) : []);

const outcomes = runSuite(captured ? 'CAPTURED' : 'OURS', ignored);
const passed = withStatus(outcomes, 'passed');
const regressions = withStatus(outcomes, 'failed').filter(({ name }) => !excused.has(name));
for (const { name, message } of regressions) console.log(`${name}\n  ${message}`);
if (backend === 'wasm') {
  const gained = namesOf(passed).filter((name) => excused.has(name)).length;
  console.log(`${excused.size} cases fail on wasm without our kernels; ${gained} of them pass with them.`);
}
const skipped = outcomes.length - passed.length - regressions.length;
console.log(`${passed.length} passed, ${regressions.length} failed, ${skipped} skipped`);
if (regressions.length > 0 || passed.length === 0) process.exit(1);
