import type { DeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import type { Configuration } from './configuration/schema.ts';
import { configurationText } from './configuration/write-configuration.ts';
import type { Photographs } from './data/photographs.ts';
import { environment, type StartedEngine } from './engine.ts';
import { chooseAlike, chooseScenes } from './evaluation/choose-scenes.ts';
import { evaluate } from './evaluation/evaluate.ts';
import { greyResponse } from './evaluation/grey-response.ts';
import { heldOutLoss } from './evaluation/held-out-loss.ts';
import { encodeScene, type ScenePictures } from './evaluation/scenes.ts';
import { workProgress } from './pipeline/work-progress.ts';
import { printStatistics } from './print-statistics.ts';
import { describeRun } from './report/describe-run.ts';
import { renderReport } from './report/render-report.ts';
import type { MetricsLog } from './run-folder/metrics-log.ts';
import type { RunFolder } from './run-folder/run-folder.ts';
import { writeRunFile } from './run-folder/write-run-file.ts';
import { writeSamples } from './run-folder/write-samples.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Terminal } from './terminal.ts';
import type { TrainingOutcome } from './training/run-training.ts';

export interface JudgeOptions {
  model: DeFlow;
  configuration: Configuration;
  photographs: Photographs;
  folder: RunFolder;
  log: MetricsLog;
  outcome: TrainingOutcome;
  terminal: Terminal;
  watch: Stopwatch;
  started: StartedEngine;
  signal: AbortSignal;
}

/** Scenes in the report. */
const shownScenes = 4;

/** Degrades the held-out pictures, measures the noise and writes samples, statistics and report. A broken-off run gets pictures only. */
export async function judge(options: JudgeOptions): Promise<void> {
  const { model, configuration, photographs, folder, log, outcome, terminal, watch, started, signal } = options;
  const { heldOut, training } = photographs;
  const random = createRandom(configuration.seed).fork('judge');
  const chosen = chooseScenes(heldOut.clean, shownScenes);
  const indices = outcome.finished ? heldOut.clean.map((_, index) => index) : chosen;
  terminal.line(`Judging      ${indices.length} held-out pictures`);
  const only = <Item>(items: readonly Item[]) => indices.map((index) => items[index]!);
  const real = [...training.degraded, ...heldOut.degraded];
  // Whoever stopped the run does not want to wait.
  const enough = <Item>(items: readonly Item[]) => (outcome.finished ? items : items.slice(0, 20));
  const progress = workProgress(indices.length, 'pictures', terminal);
  const evaluation = await watch.time('Pictures degraded and measured', () =>
    evaluate({
      ...{ model, random },
      clean: enough([...training.clean, ...heldOut.clean]),
      real: enough(real),
      heldOut: only(heldOut.clean),
      truth: heldOut.truth && only(heldOut.truth),
      signal: outcome.finished ? signal : undefined,
      onProgress: (done) => progress.update(done),
    }).finally(() => progress.stop()),
  );
  const statistics = outcome.finished ? evaluation.statistics : undefined;
  const grey = await greyResponse(model, random.fork('grey'));
  const { patchSize } = configuration.training;
  const loss = async (domain: 'clean' | 'degraded') =>
    heldOut[domain].length === 0
      ? undefined
      : heldOutLoss({ model, images: heldOut[domain], domain, patchSize, random: random.fork(domain) });
  const heldOutBitsPerDim = { clean: await loss('clean'), degraded: await loss('degraded') };

  const realIsSameScene = heldOut.truth !== undefined;
  const done = chosen.filter((index) => indices.indexOf(index) < evaluation.deflow.length);
  const likeness = realIsSameScene
    ? []
    : chooseAlike(
        done.map((index) => heldOut.clean[index]!),
        real,
      );
  const scenes = done.map((index, position): ScenePictures => {
    const at = indices.indexOf(index);
    return {
      name: `scene ${position + 1}`,
      clean: heldOut.clean[index]!,
      deflow: evaluation.deflow[at]!,
      real: heldOut.truth?.[index] ?? likeness[position]!,
      gaussian: evaluation.gaussian[at]!,
      realIsSameScene,
    };
  });
  await watch.time('Samples written', () => writeSamples(folder, scenes));
  const encoded = await Promise.all(scenes.map(encodeScene));
  const timings = watch.parts();
  const machine = environment(started);
  const report = renderReport({
    ...describeRun({ ...options, statistics, heldOutBitsPerDim }),
    scenes: encoded,
    realIsSameScene,
    statistics,
    greyResponse: grey,
    records: log.records,
    timings,
    environment: machine,
    configuration: configurationText(configuration),
  });
  await writeRunFile(folder.report, report);
  const complete = outcome.finished && !signal.aborted;
  const results = { complete, ...outcome, heldOutBitsPerDim, statistics, greyResponse: grey, timings };
  await writeRunFile(folder.statistics, `${JSON.stringify({ ...results, environment: machine }, null, 2)}\n`);
  if (statistics) printStatistics(statistics, terminal);
}
