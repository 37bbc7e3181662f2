import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { environment } from '../../engine.ts';
import { duration, thousands } from '../../report/format.ts';
import { type Evaluated, noiseTables, scoreTables } from '../../report/study/collect-scores.ts';
import { renderStudy } from '../../report/study/render-study.ts';
import { scoreMarkdown } from '../../report/study/score-section.ts';
import { writeRunFile } from '../../run-folder/write-run-file.ts';
import { compareArms } from '../compare-arms.ts';
import { inOrder, type Stage, type StageContext } from '../stage.ts';
import { readStageRecord } from '../stage-record.ts';
import type { StudyConfiguration } from '../study-schema.ts';
import { trainingCurves } from '../training-curves.ts';
import { type EvaluateStage, type Evaluation, evaluationFile } from './evaluate.ts';

export type ReportStage = Stage;

export const reportFile = 'report.html';

/** Joins all evaluations: `report.html`, `scores.json` and `scores.md`. */
export function reportStage(study: StudyConfiguration, evaluations: readonly EvaluateStage[]): ReportStage {
  return {
    kind: 'report',
    label: '',
    settings: { name: study.name },
    inputs: evaluations,
    async run(context) {
      const { folder } = context;
      const evaluated = await Promise.all(
        evaluations.map(async (stage): Promise<Evaluated> => {
          const path = join(context.folderOf(stage), evaluationFile);
          return { ...stage.options, evaluation: JSON.parse(await readFile(path, 'utf8')) as Evaluation };
        }),
      );
      const tables = scoreTables(evaluated);
      const stages = await costs(evaluations, context);
      const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
      const html = renderStudy({
        name: study.name,
        seeds: study.seeds.length,
        facts: [
          { name: 'Enlarged by', value: study.factors.map((factor) => `×${factor}`).join(', ') },
          { name: 'Seeds', value: String(study.seeds.length) },
          {
            name: 'Steps of DeFlow',
            value: study.deflow.trained ? 'trained before' : thousands(study.deflow.training.steps),
          },
          { name: 'Steps of super-resolution', value: thousands(study.superResolution.training.steps) },
          { name: 'Work in all', value: duration(seconds) },
        ],
        tables,
        noise: noiseTables(evaluated),
        comparisons: await compareArms(evaluations, context),
        curves: await trainingCurves(evaluations, context),
        stages,
        environment: environment(await context.engine()),
        configuration: stringify(study),
      });
      await writeRunFile(join(folder, 'scores.json'), `${JSON.stringify(tables, null, 1)}\n`);
      await writeRunFile(join(folder, 'scores.md'), scoreMarkdown(tables));
      await writeRunFile(join(folder, reportFile), html);
      context.terminal.line(`\n${scoreMarkdown(tables)}`);
    },
  };
}

/** Time and memory of the stages before, by kind. */
async function costs(evaluations: readonly Stage[], { folderOf }: StageContext) {
  const all = new Map(evaluations.flatMap(inOrder).map((stage) => [folderOf(stage), stage]));
  const kinds = new Map<string, { kind: string; count: number; seconds: number; peakMB: number }>();
  for (const [folder, { kind }] of all) {
    const record = await readStageRecord(folder);
    const sum = kinds.get(kind) ?? { kind, count: 0, seconds: 0, peakMB: 0 };
    sum.count++;
    sum.seconds += record?.seconds ?? 0;
    sum.peakMB = Math.max(sum.peakMB, record?.peakMB ?? 0);
    kinds.set(kind, sum);
  }
  return [...kinds.values()];
}
