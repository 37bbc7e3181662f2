import { join } from 'node:path';
import type { Series } from '../report/line-chart.ts';
import { smooth, thin } from '../report/smooth.ts';
import { degradationLabels, type StudyReport } from '../report/study/study-data.ts';
import type { TrainingRecord } from '../training/training-record.ts';
import { readIfThere } from './read-if-there.ts';
import type { Stage, StageContext } from './stage.ts';
import type { EvaluateStage } from './stages/evaluate.ts';
import type { SuperResolutionRecord } from './train-network.ts';

const colours: Readonly<Record<string, string>> = {
  bicubic: 'var(--plain)',
  gaussian: 'var(--gaussian)',
  'deflow-sigma-0': 'var(--real)',
  deflow: 'var(--deflow)',
  paired: 'var(--clean)',
};

const mostPoints = 300;

async function records<Entry>(stage: Stage, { folderOf }: StageContext): Promise<Entry[]> {
  const bytes = await readIfThere(join(folderOf(stage), 'metrics.jsonl'));
  return Buffer.from(bytes ?? [])
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);
}

function series(name: string, points: readonly (readonly [number, number])[]): Series {
  const smoothed = smooth(points, Math.max(1, Math.round(points.length / 40)));
  const colour = colours[name] ?? 'var(--ink)';
  return { name: degradationLabels[name] ?? name, colour, points: thin(smoothed, mostPoints) };
}

/** How the networks of the first seed learned. */
export async function trainingCurves(
  evaluations: readonly EvaluateStage[],
  context: StageContext,
): Promise<StudyReport['curves']> {
  const factors = [...new Set(evaluations.map(({ options }) => options.factor))];
  const curves = factors.map(async (factor) => {
    const here = evaluations.filter(({ options, inputs }) => options.factor === factor && inputs.length > 1);
    const firsts = here.filter(({ options }) => options.seed === here[0]!.options.seed);
    const losses = firsts.map(async ({ inputs, options }) => {
      const found = await records<SuperResolutionRecord>(inputs[2]!, context);
      return series(
        options.degradation,
        found.map(({ step, loss }) => [step, loss] as const),
      );
    });
    const flows = firsts.flatMap(({ inputs, options }) =>
      inputs[1]!.inputs.filter(({ kind }) => kind === 'train').map((stage) => ({ stage, name: options.degradation })),
    );
    const likelihoods = flows.map(async ({ stage, name }) => {
      const found = await records<TrainingRecord>(stage, context);
      return series(
        name,
        found.map(({ step, degraded }) => [step, degraded] as const),
      );
    });
    return [
      {
        title: `Super-resolution ×${factor}: mean absolute difference`,
        yLabel: 'L1',
        series: await Promise.all(losses),
      },
      ...(flows.length > 0
        ? [
            {
              title: `DeFlow at ×${factor}: likelihood of degraded patches`,
              yLabel: 'bits per dimension',
              series: await Promise.all(likelihoods),
            },
          ]
        : []),
    ];
  });
  // Of a DeFlow that was trained before there is no curve.
  const learned = (await Promise.all(curves)).flat();
  return learned
    .map((curve) => ({ ...curve, series: curve.series.filter(({ points }) => points.length > 0) }))
    .filter((curve) => curve.series.length > 0);
}
