import type { Command } from './command.ts';
import { degrade } from './degrade.ts';
import { evaluate } from './evaluate.ts';
import { inspect } from './inspect.ts';
import { noiseTable } from './noise-table.ts';
import { prepare } from './prepare.ts';
import { quickCommand } from './quick.ts';
import { quickArguments } from './quick-arguments.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { runArguments } from './run-arguments.ts';
import { start } from './start.ts';
import { train } from './train.ts';
import { trainSr } from './train-sr.ts';
import { upscale } from './upscale.ts';

/** All commands, in the order of the help. */
export const commands: Readonly<Record<string, Command>> = {
  start: {
    summary: 'what quick does, then trains super-resolution on its pairs and on others, and compares: npm start',
    example: 'npm start -- --clean photos/sharp --degraded photos/noisy --minutes 5',
    options: quickArguments,
    run: start,
  },
  quick: {
    summary:
      'trains a small DeFlow for at most 5 minutes and shows what it learned; without folders on its own pictures',
    example: 'deflow quick --clean photos/sharp --degraded photos/noisy',
    options: quickArguments,
    run: quickCommand('deflow quick'),
  },
  run: {
    summary: 'the whole study: does what is not done yet, so the same command goes on after an interruption',
    words: 'STUDY.yaml',
    example: 'deflow run studies/small.yaml --clean photos/sharp --degraded photos/noisy --set scale=quick',
    options: runArguments,
    run,
  },
  prepare,
  train,
  degrade,
  'train-sr': trainSr,
  upscale,
  evaluate,
  report,
  'noise-table': noiseTable,
  inspect,
};
