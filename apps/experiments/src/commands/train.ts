import type { Command } from './command.ts';
import { quick } from './quick.ts';
import { quickArguments } from './quick-arguments.ts';

/** `deflow train`: a DeFlow on two folders. What `deflow quick` does, under the name that goes with the other steps. */
export const train: Command = {
  summary: 'trains a DeFlow on two folders that have nothing to do with each other, and judges its noise',
  options: quickArguments,
  run: quick,
};
