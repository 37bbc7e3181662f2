import type { Command } from './command.ts';
import { quickCommand } from './quick.ts';
import { quickArguments } from './quick-arguments.ts';

/** `deflow train`: a DeFlow on two folders. What `deflow quick` does, under the name that goes with the other steps. */
export const train: Command = {
  summary: 'trains a DeFlow on two folders that have nothing to do with each other, and judges its noise',
  example: 'deflow train --clean photos/sharp --degraded photos/noisy',
  options: quickArguments,
  run: quickCommand('deflow train'),
};
