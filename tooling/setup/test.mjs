// `npm test`: set-up, lint, types, every package's tests on the native engine, the conformance suites again on wasm,
// tfjs-core's own suite on both, the packed tarballs in empty projects, and headless Chromium on wasm and WebGL.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheFolder, entry, root, run, setUp } from './steps.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);
const script = (...path) => [process.execPath, [join(root, ...path)]];
const results = join(cacheFolder, 'vitest.json');

/** Each part: a name, a command, and how to count what it ran (`N passed, N failed` lines unless told otherwise). */
const parts = [
  { name: 'lint', command: [bin('biome'), ['check', '.']], counts: none },
  { name: 'types', command: [bin('tsc'), ['--noEmit', '-p', 'tsconfig.json']], counts: none },
  {
    name: 'tests',
    command: [bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]],
    counts: vitestCounts,
  },
  {
    name: 'tfjs suite, native',
    native: true,
    command: script('packages', 'tensorflow', 'conformance', 'run.mjs'),
    args: ['--backend', 'native'],
  },
  {
    name: 'tfjs suite, wasm',
    command: script('packages', 'tensorflow', 'conformance', 'run.mjs'),
    args: ['--backend', 'wasm'],
  },
  { name: 'packed tarballs', command: script('tooling', 'checks', 'tarballs.mjs') },
  { name: 'headless Chromium', command: script('tooling', 'browser', 'run.mjs') },
];

function none() {
  return { passed: 0, failed: 0, skipped: 0 };
}

function vitestCounts() {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(results, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

function printedCounts(output) {
  const line = [...output.matchAll(/(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(-1);
  return line ? { passed: Number(line[1]), failed: Number(line[2]), skipped: Number(line[3] ?? 0) } : none();
}

/** What failed among vitest's tests: file, full name, the first lines of the message. */
function vitestFailures() {
  const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file}\n${firstLines(message)}`];
    return failed.map((test) => `${file} > ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}`);
  });
}

function firstLines(message) {
  const lines = message.split('\n').filter((line) => line.trim() && !line.includes('node_modules'));
  return lines
    .slice(0, 4)
    .map((line) => `    ${line.trim().slice(0, 300)}`)
    .join('\n');
}

await entry(async () => {
  const start = performance.now();
  const { hasEngine } = await setUp();
  const rows = [];
  for (const { name, command, args = [], counts, native } of parts) {
    if (native && !hasEngine) {
      console.log(`── ${name}: skipped, the native engine is not installed`);
      continue;
    }
    console.log(`── ${name}`);
    const began = performance.now();
    const quiet = counts !== vitestCounts;
    const { code, output } = await run(command[0], [...command[1], ...args], { quiet });
    if (quiet) process.stdout.write(output);
    const count = (counts ?? printedCounts)(output);
    rows.push({ name, code, seconds: (performance.now() - began) / 1000, ...count });
  }
  console.log('\nSummary');
  for (const { name, code, seconds, passed, failed, skipped } of rows) {
    const counted = passed + failed ? `${passed} passed, ${failed} failed, ${skipped} skipped` : '';
    console.log(
      `  ${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(7)} s   ${counted}`,
    );
  }
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  const broken = rows.filter((row) => row.code !== 0);
  console.log(`  in ${((performance.now() - start) / 60000).toFixed(1)} minutes\n`);
  console.log(
    `${total('passed')} passed, ${Math.max(total('failed'), broken.length)} failed, ${total('skipped')} skipped`,
  );
  if (broken.some(({ name }) => name === 'tests')) console.log(`\nFailed\n${vitestFailures().join('\n')}`);
  if (broken.length) process.exit(1);
});
