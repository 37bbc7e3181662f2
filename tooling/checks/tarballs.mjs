// Packs every package and uses the tarballs as a stranger would: `@deflow/flows` trains two moons in an empty ESM and an empty CommonJS
// project, bundles hold what is imported and no more, commands name the peer that they miss, and the types of all packages pass publint
// and are-the-types-wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCosts } from './bundle-cost.mjs';
import { emptyProject, execute, pack, root, withOurDependencies } from './packed-project.mjs';
import { bound, trainTwoMoons } from './two-moons.mjs';

const work = mkdtempSync(join(tmpdir(), 'deflow-tarballs-'));
const counts = { passed: 0, failed: 0 };

async function check(name, body) {
  try {
    const note = await body();
    counts.passed++;
    console.log(`  ok     ${name}${note ? `: ${note}` : ''}`);
  } catch (error) {
    counts.failed++;
    console.log(`  FAILED ${name}\n${[error.message, error.stdout, error.stderr].filter(Boolean).join('\n')}`);
  }
}

const names = { tf: '@tensorflow/tfjs', flows: '@deflow/flows', nn: '@deflow/nn', images: '@deflow/images' };
const load = {
  module: ([variable, name]) => `import * as ${variable} from '${name}';`,
  commonjs: ([variable, name]) => `const ${variable} = require('${name}');`,
};

/** A program in one file that trains two moons and prints what came of it. */
const program = (type) => `
${Object.entries(names).map(load[type]).join('\n')}
${trainTwoMoons}
trainTwoMoons({ tf, flows, nn, images, steps: 60, batch: 128 }).then((result) => console.log(JSON.stringify(result)));
`;

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
const packed = folders.map((folder) => ({ folder, ...pack(folder, work) }));
const tarballs = Object.fromEntries(packed.map(({ folder, tarball }) => [folder, tarball]));

const withFlows = withOurDependencies('flows').map((folder) => tarballs[folder]);

for (const type of ['module', 'commonjs']) {
  await check(`@deflow/flows trains two moons in an empty ${type} project`, () => {
    const folder = emptyProject(join(work, `flows-${type}`), type, [...withFlows, `${names.tf}@4.22.0`]);
    writeFileSync(join(folder, 'main.js'), program(type));
    const { before, after, onMoons, left } = JSON.parse(
      execute(process.execPath, ['main.js'], folder).trim().split('\n').at(-1),
    );
    const native = readdirSync(join(folder, 'node_modules'), { recursive: true }).filter((file) =>
      file.endsWith('.node'),
    );
    if (native.length) throw new Error(`native code came along: ${native}`);
    const outcome = `-ln p from ${before.toFixed(2)} to ${after.toFixed(2)} nats, ${Math.round(100 * onMoons)} % of the samples on the moons`;
    if (!(after < bound && onMoons > 0.9 && left === 0)) throw new Error(`${outcome}, ${left} tensors are left`);
    return outcome;
  });
}

for (const { name, bytes, gzip, bound: most } of await bundleCosts(join(work, 'flows-module'))) {
  await check(`bundle of ${name}`, () => {
    const cost = `${(bytes / 1000).toFixed(1)} kB minified, ${(gzip / 1000).toFixed(1)} kB gzip, bound ${most / 1000} kB`;
    if (!(gzip <= most)) throw new Error(cost);
    return cost;
  });
}

await check('@deflow/tensorflow in an empty project: install and doctor', () => {
  const folder = emptyProject(join(work, 'engine'), 'module', [tarballs.tensorflow, '@tensorflow/tfjs-core@4.22.0']);
  const command = join(folder, 'node_modules', '.bin', 'deflow-tensorflow');
  if (hasBinary) execute(command, ['install'], folder);
  const report = JSON.parse(execute(command, ['doctor', '--json', '--backend', hasBinary ? 'native' : 'wasm'], folder));
  if (report.canTrain !== true) throw new Error(JSON.stringify(report, null, 1));
});

for (const [folder, name] of Object.entries({ metrics: 'deflow-metrics', 'super-resolution': 'deflow-upscale' })) {
  await check(`${name} without sharp says what to install`, () => {
    const packages = withOurDependencies(folder).map((each) => tarballs[each]);
    const project = emptyProject(join(work, `${folder}-alone`), 'module', packages);
    if (existsSync(join(project, 'node_modules', 'sharp'))) throw new Error('sharp came along');
    const { status, stderr } = spawnSync(join(project, 'node_modules', '.bin', name), ['--help'], { encoding: 'utf8' });
    if (status !== 2 || !stderr.includes('npm install sharp') || /\n +at /.test(stderr)) {
      throw new Error(`exit ${status}: ${stderr}`);
    }
  });
}

for (const { folder, files } of packed) {
  await check(`@deflow/${folder}: publint`, () => {
    execute(
      join(root, 'node_modules', '.bin', 'publint'),
      ['run', tarballs[folder], '--strict', '--level', 'warning'],
      root,
    );
  });
  await check(`@deflow/${folder}: types`, () => {
    execute(join(root, 'node_modules', '.bin', 'attw'), [tarballs[folder], '--profile', 'node16'], root);
  });
  await check(`@deflow/${folder}: has a README and no tests in the tarball`, () => {
    if (!files.includes('README.md')) throw new Error(`${folder} has no README.md`);
    const tests = files.filter((file) => /\.test\.ts$/.test(file));
    if (tests.length) throw new Error(`${folder} ships ${tests}`);
  });
}

rmSync(work, { recursive: true, force: true });
console.log(`${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed) process.exit(1);
