#!/usr/bin/env node
const visible = process.stderr.isTTY;
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!/Cannot find (package|module) 'sharp'/.test(message)) return `deflow-metrics: ${message}\n`;
  return 'deflow-metrics reads pictures with sharp, which is not installed.\n  Install it beside: npm install sharp\n';
}

// Imported here, where an error can be told: without sharp it cannot be loaded.
import('./command/run.ts')
  .then(({ run }) =>
    run(process.argv.slice(2), {
      signal: interrupted.signal,
      onProgress: (done, total) => {
        if (visible && total > 1) process.stderr.write(done < total ? `\r${done + 1} of ${total}` : '\r\x1b[K');
      },
    }),
  )
  .catch((error: unknown) => ({ output: '', problem: problemOf(error), status: 2 }))
  .then(({ output, problem, status }) => {
    process.stdout.write(output);
    process.stderr.write(problem);
    process.exitCode = status;
  });

export {};
