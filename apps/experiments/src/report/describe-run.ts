import type { Configuration } from '../configuration/schema.ts';
import type { Photographs } from '../data/photographs.ts';
import { countPassed } from '../evaluation/acceptance.ts';
import type { MetricsLog } from '../run-folder/metrics-log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import type { TrainingOutcome } from '../training/run-training.ts';
import { decimals, duration, thousands } from './format.ts';
import type { Fact, ReportData, StatisticsReport } from './report-data.ts';

export interface DescribeRunOptions {
  configuration: Configuration;
  photographs: Photographs;
  folder: RunFolder;
  log: MetricsLog;
  outcome: TrainingOutcome;
  statistics: StatisticsReport | undefined;
  heldOutBitsPerDim: { clean: number | undefined; degraded: number | undefined };
}

/** The report's words: title, what was run, the numbers on top. */
export function describeRun(
  options: DescribeRunOptions,
): Pick<ReportData, 'title' | 'summary' | 'facts'> & { interruption?: string } {
  const { configuration, photographs, folder, log, outcome, statistics, heldOutBitsPerDim } = options;
  const { training, heldOut } = photographs;
  const last = log.records.at(-1);
  const own = configuration.photographs.clean === null;
  const seconds = last?.seconds ?? 0;
  const facts: Fact[] = [];
  if (statistics) {
    const { passed, judged } = countPassed(statistics.acceptance.deflow);
    facts.push({ name: 'Demands met', value: `${passed} of ${judged}` });
  }
  facts.push(
    { name: 'Steps', value: thousands(outcome.step) },
    { name: 'Training', value: duration(seconds) },
    {
      name: 'Images per second',
      value: thousands((outcome.step * 2 * configuration.training.patchesPerDomain) / (seconds || 1)),
    },
    {
      name: 'Bits per dim, held out',
      value: `${decimals(heldOutBitsPerDim.clean, 2)} / ${decimals(heldOutBitsPerDim.degraded, 2)}`,
    },
    { name: 'Seed', value: String(configuration.seed) },
  );
  const source = own ? 'synthetic photographs and a simulated camera' : 'photographs';
  return {
    title: `What a camera does to a picture, learned in ${duration(seconds)}`,
    summary:
      `From ${source}: ${training.clean.length} clean and ${training.degraded.length} degraded pictures that show different scenes. ` +
      `DeFlow learned what separates the two, and here puts it on ${heldOut.clean.length} clean pictures it never saw.`,
    facts,
    ...(outcome.finished
      ? {}
      : {
          interruption:
            `Training was stopped at step ${thousands(outcome.step)} of ${thousands(outcome.steps)}. This is what there was by then; ` +
            `the learning rate had not come down yet, and noise was not measured. Go on with: npm start -- --resume ${folder.path}`,
        }),
  };
}
