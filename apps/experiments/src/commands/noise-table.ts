import { join } from 'node:path';
import { planNoiseStudy } from '../noise-table/plan-noise-study.ts';
import { resolveNoiseStudy } from '../noise-table/resolve-noise-study.ts';
import { tableFile } from '../noise-table/table-stage.ts';
import { timeSteps } from '../noise-table/time-steps.ts';
import { runPlan } from '../pipeline/run-plan.ts';
import { type Command, oneOf, takeApart, wholeNumber } from './command.ts';

const options = {
  clean: { type: 'string', valueHint: 'DIR', description: 'folder of clean photographs' },
  degraded: { type: 'string', valueHint: 'DIR', description: 'folder of degraded photographs of other scenes' },
  out: { type: 'string', valueHint: 'DIR', description: 'folder of the tables (runs/NAME); what is done there stays' },
  steps: { type: 'string', valueHint: 'N', description: 'steps of every training, in place of those of the file' },
  backend: { type: 'string', valueHint: 'B', description: 'auto, cuda, native or wasm (auto)' },
  'time-steps': {
    type: 'boolean',
    description: 'only tell how many steps of each row fit into the minutes of the file',
  },
  'dry-run': { type: 'boolean', description: 'only print the plan' },
  help: { type: 'boolean', description: 'print this' },
} as const;

/** `deflow noise-table`: trains DeFlow in several ways and from several seeds, and compares the noise with the real one. */
export const noiseTable: Command = {
  summary: 'trains DeFlow in several ways and from several seeds, and puts the noise that they learn into a table',
  words: 'STUDY.yaml',
  options,
  async run(raw, terminal) {
    const { words, given } = takeApart('noise-table', raw, options, { least: 1, most: 1, hint: 'STUDY.yaml' });
    const study = await resolveNoiseStudy({
      ...{ file: words[0]!, clean: given.clean, degraded: given.degraded },
      engine: {
        backend: oneOf('backend', given.backend, ['auto', 'cuda', 'native', 'wasm'], 'auto'),
        xla: false,
        precision: 'float32',
      },
      steps: given.steps === undefined ? undefined : wholeNumber('steps', given.steps, 1, 1),
    });
    if (given['time-steps']) {
      await timeSteps(study, terminal);
      return 0;
    }
    return runPlan({
      ...{ last: await planNoiseStudy(study), out: given.out ?? join('runs', study.name), result: tableFile, terminal },
      ...{ settings: study, engine: study.engine, dryRun: given['dry-run'] !== undefined },
    });
  },
};
