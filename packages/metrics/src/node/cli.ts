#!/usr/bin/env node
import { run } from './command/run.ts';

const visible = process.stderr.isTTY;
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

run(process.argv.slice(2), {
  signal: interrupted.signal,
  onProgress: (done, total) => {
    if (visible && total > 1) process.stderr.write(done < total ? `\r${done + 1} of ${total}` : '\r\x1b[K');
  },
})
  .catch((error: unknown) => ({
    output: '',
    problem: `deflow-metrics: ${error instanceof Error ? error.message : error}\n`,
    status: 2,
  }))
  .then(({ output, problem, status }) => {
    process.stdout.write(output);
    process.stderr.write(problem);
    process.exitCode = status;
  });
