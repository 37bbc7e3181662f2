// Packs every package and uses the tarballs as a stranger would: `@deflow/flows` alone in an empty ESM and an empty CommonJS project,
// and the types of all packages under publint and are-the-types-wrong.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'deflow-tarballs-'));
const counts = { passed: 0, failed: 0 };

const execute = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function check(name, body) {
  try {
    body();
    counts.passed++;
    console.log(`  ok     ${name}`);
  } catch (error) {
    counts.failed++;
    console.log(`  FAILED ${name}\n${[error.message, error.stdout, error.stderr].filter(Boolean).join('\n')}`);
  }
}

/** Packs a package; returns the tarball's path and what it holds. */
function pack(folder) {
  const [{ filename, files }] = JSON.parse(
    execute('npm', ['pack', '--json', '--pack-destination', work], join(root, 'packages', folder)),
  );
  return { tarball: join(work, filename), files: files.map(({ path }) => path) };
}

function project(name, type, tarballs) {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true, type }));
  const output = execute(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      ...tarballs,
      '@tensorflow/tfjs-core@4.22.0',
      '@tensorflow/tfjs-backend-cpu@4.22.0',
    ],
    folder,
  );
  if (/EBADENGINE/.test(output)) throw new Error(output);
  return folder;
}

const program = `
const x = tf.tensor2d([[1, 2], [3, 5], [-1, 0.5]]);
const flow = flows.sequential([flows.actNorm({ channels: 2 })]);
flow.initialize?.(x);
const { z, logDet } = flow.forward(x);
const back = flow.inverse(z);
const error = tf.max(tf.abs(tf.sub(back.x, x))).dataSync()[0];
if (!(error < 1e-5) || logDet.shape[0] !== 3) throw new Error('round trip ' + error);
console.log('round trip', error);
`;

const heads = {
  module: `import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu'; import * as flows from '@deflow/flows';\nawait tf.ready();`,
  commonjs: `const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu'); const flows = require('@deflow/flows');`,
};

// The packed engine carries its binary; npm runs no scripts here, so it is built by hand. Without TensorFlow the sources alone are packed.
const engine = join(root, 'packages', 'tensorflow');
let hasBinary = true;
try {
  execute('npm', ['run', 'build:native'], engine);
} catch {
  hasBinary = false;
  console.log(
    '  TensorFlow or a compiler is missing: the engine is packed without its binary and tried on WebAssembly.',
  );
}

const folders = readdirSync(join(root, 'packages'));
const packed = folders.map((folder) => ({ folder, ...pack(folder) }));
const tarballs = Object.fromEntries(packed.map(({ folder, tarball }) => [folder, tarball]));

for (const [type, head] of Object.entries(heads)) {
  check(`@deflow/flows alone in an empty ${type} project`, () => {
    const folder = project(`flows-${type}`, type, [tarballs.flows, tarballs.nn, tarballs.images]);
    writeFileSync(join(folder, 'main.js'), head + program);
    execute(process.execPath, ['main.js'], folder);
    const native = readdirSync(join(folder, 'node_modules'), { recursive: true }).filter((file) =>
      file.endsWith('.node'),
    );
    if (native.length) throw new Error(`native code came along: ${native}`);
  });
}

check('@deflow/tensorflow in an empty project: install and doctor', () => {
  const folder = project('engine', 'module', [tarballs.tensorflow]);
  const command = join(folder, 'node_modules', '.bin', 'deflow-tensorflow');
  if (hasBinary) execute(command, ['install'], folder);
  const report = JSON.parse(execute(command, ['doctor', '--json', '--backend', hasBinary ? 'native' : 'wasm'], folder));
  if (report.canTrain !== true) throw new Error(JSON.stringify(report, null, 1));
});

for (const { folder, files } of packed) {
  check(`@deflow/${folder}: publint`, () =>
    execute(
      join(root, 'node_modules', '.bin', 'publint'),
      ['run', tarballs[folder], '--strict', '--level', 'warning'],
      root,
    ),
  );
  check(`@deflow/${folder}: types`, () =>
    execute(join(root, 'node_modules', '.bin', 'attw'), [tarballs[folder], '--profile', 'node16'], root),
  );
  check(`@deflow/${folder}: has a README and no tests in the tarball`, () => {
    if (!files.includes('README.md')) throw new Error(`${folder} has no README.md`);
    const tests = files.filter((file) => /\.test\.ts$/.test(file));
    if (tests.length) throw new Error(`${folder} ships ${tests}`);
  });
}

rmSync(work, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed) process.exit(1);
