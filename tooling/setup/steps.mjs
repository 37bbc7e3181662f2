// The pieces that `npm start`, `npm test` and `npm run bench` share. Node's own modules only: nothing is installed yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const cacheFolder = join(root, '.cache');
export const engineCli = join(root, 'packages', 'tensorflow', 'dist', 'cli.js');

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** A failure that is told in one paragraph, without a stack. */
export class SetUpError extends Error {}

/** Runs a command in the tree's root; resolves to its exit code and what it printed. `quiet` keeps the output back. */
export function run(command, args, { quiet = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    child.on('error', (error) => reject(new SetUpError(`Could not start ${command}: ${error.message}`)));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}

/** Runs a named step, printing one line with its time; a failing step prints all it said. */
export async function step(name, work) {
  const start = performance.now();
  const { code, output = '', note = '' } = await work();
  if (code !== 0) throw new SetUpError(`${name} failed.\n${output.trim()}`);
  console.log(`  ${name.padEnd(24)} ${seconds(start).padStart(8)}${note ? `   ${note}` : ''}`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetUpError(
    `Node ${process.versions.node} is too old: DeFlow needs Node 20.19 or newer. Install one from nodejs.org.`,
  );
}

async function installDependencies() {
  const stamp = join(root, 'node_modules', '.deflow-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  await step('dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true }));
  writeFileSync(stamp, lock);
}

/** Whether the native engine is there afterwards. */
async function installEngine() {
  if (process.env.DEFLOW_BACKEND === 'wasm') return false;
  const { code, output } = await run(process.execPath, [engineCli, 'install'], { quiet: true });
  if (code === 0) return true;
  console.log(`  The native engine could not be installed; WebAssembly is used instead, some 5 to 10 times slower.`);
  console.log(output.trim().replace(/^/gm, '    '));
  return false;
}

/** Everything a fresh clone needs before it can run: dependencies, builds, the native engine. Repeats in about a second. Resolves to what there is. */
export async function setUp() {
  checkNode();
  mkdirSync(cacheFolder, { recursive: true });
  const start = performance.now();
  console.log('Set-up');
  await installDependencies();
  await step('build', () =>
    run(join(root, 'node_modules', '.bin', 'turbo'), ['run', 'build', '--output-logs=errors-only'], { quiet: true }),
  );
  const engine = performance.now();
  const hasEngine = await installEngine();
  console.log(`  ${'engine'.padEnd(24)} ${seconds(engine).padStart(8)}`);
  console.log(`  ready after ${seconds(start)}\n`);
  return { hasEngine };
}

/** Runs `main` and turns every failure into a message and an exit code. */
export async function entry(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}
