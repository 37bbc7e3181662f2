#!/usr/bin/env node
import { runCommand } from './command.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader such as `head` that has seen enough.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const streams = {
  print: (text: string) => process.stdout.write(`${text}\n`),
  complain: (text: string) => process.stderr.write(`${text}\n`),
};

void runCommand(process.argv.slice(2), streams).then((code) => {
  process.exitCode = code;
});
