#!/usr/bin/env node
import { run } from './command/run.ts';

const visible = process.stderr.isTTY;
void run(process.argv.slice(2), (done, total) => {
  if (visible && total > 1) process.stderr.write(`\r${done + 1} of ${total}\r`);
}).then(({ output, problem, status }) => {
  process.stdout.write(output);
  process.stderr.write(problem);
  process.exitCode = status;
});
