import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { planStudy } from '../pipeline/plan-study.ts';
import { resolveStudy } from '../pipeline/resolve-study.ts';
import { runStudy } from '../pipeline/run-study.ts';
import { inOrder, stageName } from '../pipeline/stage.ts';
import { readStageRecord } from '../pipeline/stage-record.ts';
import type { StudyConfiguration } from '../pipeline/study-schema.ts';
import { shellWord } from '../shell-word.ts';
import { type Command, takeApart } from './command.ts';

const options = { help: { type: 'boolean', description: 'print this' } } as const;

/** `deflow report`: draws the report of a study again. */
export const report: Command = {
  summary: 'draws the report of a finished study again',
  words: 'DIR',
  example: 'deflow report runs/small',
  options,
  async run(raw, terminal) {
    const { words } = takeApart('report', raw, options, { least: 1, most: 1, hint: 'DIR' });
    const study = await resolveStudy({ file: join(words[0]!, 'study.yaml'), settings: [] });
    await checkDone(study, words[0]!);
    return runStudy({ study, out: words[0]!, dryRun: false, again: ['report'], terminal });
  },
};

/** Drawing a report is to take seconds: what would have to be trained for it is left to `deflow run`. @throws UsageError */
async function checkDone(study: StudyConfiguration, folder: string): Promise<void> {
  const needed = inOrder(await planStudy(study)).filter(({ kind }) => kind !== 'report');
  const records = await Promise.all(needed.map((stage) => readStageRecord(join(resolve(folder), stageName(stage)))));
  const missing = needed.filter((_, index) => records[index] === undefined);
  if (missing.length === 0) return;
  const [first] = missing;
  throw new UsageError(
    `${missing.length} of the ${needed.length} stages of ${folder} are not done, ${first!.kind} ${first!.label} for one: the study was stopped, or its photographs have changed since.`,
    {
      remedy: `Do what is missing: deflow run ${shellWord(join(folder, 'study.yaml'))} --out ${shellWord(folder)}; --dry-run tells what that is.`,
      value: missing.map(stageName),
    },
  );
}
