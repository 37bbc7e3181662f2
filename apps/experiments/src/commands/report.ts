import { join } from 'node:path';
import { resolveStudy } from '../pipeline/resolve-study.ts';
import { runStudy } from '../pipeline/run-study.ts';
import { type Command, takeApart } from './command.ts';

const options = { help: { type: 'boolean', description: 'print this' } } as const;

/** `deflow report`: draws the report of a study again. */
export const report: Command = {
  summary: 'draws the report of a study again, and does what is missing for it',
  words: 'DIR',
  example: 'deflow report runs/small',
  options,
  async run(raw, terminal) {
    const { words } = takeApart('report', raw, options, { least: 1, most: 1, hint: 'DIR' });
    const study = await resolveStudy({ file: join(words[0]!, 'study.yaml'), settings: [] });
    return runStudy({ study, out: words[0]!, dryRun: false, again: ['report'], terminal });
  },
};
