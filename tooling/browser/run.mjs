// Headless Chromium on wasm and on WebGL: a packed @deflow/flows bundled by Vite trains two moons, and the conformance suites of images,
// flows and metrics run from their sources, unchanged and with the tolerances that they have in Node.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium, launch } from './browser.mjs';
import { bundleMoons, bundleSuites } from './bundles.mjs';
import { serve } from './serve.mjs';

/**
 * On WebGL nearly all time goes into compiling shaders, so there the four checkers alone run over all layers, with gradients only
 * of layers that are not made of others, and metrics are compared without their gradients; `--all` runs every suite whole (minutes),
 * `--only metrics` the jobs with that in their name.
 */
const checkers = 'inverse undoes forward|logDet is that of the Jacobian|gradients of forward|leaves no tensor behind';
const composed =
  '^(multiScale|sequential|neuralSplineFlow|separatedConditionalStep|conditionalStep|.*residualBlock).*gradients';
const { all: whole, only: wanted } = parseArgs({
  options: { all: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
}).values;
const ofLayers = whole
  ? { suites: '/flows/' }
  : { suites: '/flows/src/layers.conformance', only: checkers, except: composed };

/** The longest first. */
const jobs = [
  {
    name: 'flows, 1 of 2',
    page: 'suites',
    backend: 'webgl',
    ...ofLayers,
    part: [0, 2],
  },
  {
    name: 'flows, 2 of 2',
    page: 'suites',
    backend: 'webgl',
    ...ofLayers,
    part: [1, 2],
  },
  { name: 'two moons, packed', page: 'moons', backend: 'webgl', steps: 100 },
  { name: 'metrics', page: 'suites', backend: 'webgl', metrics: true, only: whole ? '' : 'a batch has the scores' },
  ...(whole ? [{ name: 'metrics', page: 'suites', backend: 'wasm', metrics: true }] : []),
  { name: 'images and products of nn', page: 'suites', backend: 'webgl', suites: '/(images|nn)/' },
  { name: 'all suites of flows and images', page: 'suites', backend: 'wasm' },
  { name: 'two moons, packed', page: 'moons', backend: 'wasm', steps: 200 },
].filter(({ name }) => name.includes(wanted));

const limit = whole ? 1_200_000 : 240_000;

/** Runs one job in a browser of its own; resolves to its outcomes. */
async function runJob(executablePath, address, { page: folder, ...job }) {
  const browser = await launch(executablePath);
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push({ name: 'the page', error: error.message }));
    await page.goto(`${address}/${folder}/`);
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit).unref();
    });
    const outcomes = await Promise.race([page.evaluate((asked) => globalThis.runCheck(asked), job), late]);
    return [...outcomes, ...errors];
  } catch (error) {
    return [{ name: 'the page', error: error.message }];
  } finally {
    await browser.close();
  }
}

function report({ name, backend }, outcomes, seconds) {
  const failed = outcomes.filter(({ error }) => error);
  const state = failed.length === 0 && outcomes.length > 0 ? 'ok    ' : 'FAILED';
  console.log(
    `  ${state} ${backend.padEnd(5)} ${name}: ${outcomes.length - failed.length} of ${outcomes.length} in ${seconds.toFixed(1)} s`,
  );
  if (outcomes.length < 10) for (const { name, error } of outcomes) if (!error) console.log(`           ${name}`);
  for (const { name, error } of failed.slice(0, 20))
    console.log(`    ${name}\n      ${error.replace(/\n/g, '\n      ')}`);
}

async function main() {
  const executablePath = findChromium();
  if (!executablePath) {
    console.log('  skipped: no Chromium or Chrome on the PATH. Install one, or name it in CHROMIUM_PATH.');
    console.log('0 passed, 0 failed, 1 skipped');
    return;
  }
  const work = mkdtempSync(join(tmpdir(), 'deflow-browser-'));
  const counts = { passed: 0, failed: 0 };
  try {
    const bundles = { suites: bundleSuites, moons: bundleMoons };
    const folders = {};
    for (const page of new Set(jobs.map(({ page }) => page))) folders[page] = await bundles[page](work);
    const { address, stop } = await serve(folders);
    const queue = [...jobs];
    const worker = async () => {
      for (let job = queue.shift(); job; job = queue.shift()) {
        const start = performance.now();
        const outcomes = await runJob(executablePath, address, job);
        report(job, outcomes, (performance.now() - start) / 1000);
        const failed = outcomes.filter(({ error }) => error).length;
        counts.failed += outcomes.length === 0 ? 1 : failed;
        counts.passed += outcomes.length - failed;
      }
    };
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
    stop();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  if (counts.failed) process.exitCode = 1;
}

await main();
