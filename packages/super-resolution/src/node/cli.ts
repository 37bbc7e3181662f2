#!/usr/bin/env node
const visible = process.stderr.isTTY;
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!/Cannot find (package|module) 'sharp'/.test(message)) return `deflow-upscale: ${message}\n`;
  return 'deflow-upscale reads and writes pictures with sharp, which is not installed.\n  Install it beside: npm install sharp\n';
}

// Imported here, where an error can be told: without sharp it cannot be loaded.
import('./command/run.ts')
  .then(({ run }) =>
    run(process.argv.slice(2), {
      signal: interrupted.signal,
      onProgress: (done, total) => {
        const percent = ((100 * done) / total).toFixed(0).padStart(3);
        if (visible) process.stderr.write(`\r${percent} %, ${Math.ceil(done)} of ${total}\r`);
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
