#!/usr/bin/env node
import { run } from './command/run.ts';

const visible = process.stderr.isTTY;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

void run(process.argv.slice(2), {
  signal: stop.signal,
  onProgress: (done, total) => {
    if (visible)
      process.stderr.write(`\r${((100 * done) / total).toFixed(0).padStart(3)} %, ${Math.ceil(done)} of ${total}\r`);
  },
}).then(({ output, problem, status }) => {
  process.stdout.write(output);
  process.stderr.write(problem);
  process.exitCode = status;
});
