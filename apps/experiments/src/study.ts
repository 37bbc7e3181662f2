import { existsSync } from 'node:fs';
import { createDeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import type { Configuration } from './configuration/schema.ts';
import { writeConfiguration } from './configuration/write-configuration.ts';
import { batches } from './data/batches.ts';
import { obtainPhotographs } from './data/obtain-photographs.ts';
import { startEngine } from './engine.ts';
import { explainWriteError } from './errors.ts';
import { judge } from './judge.ts';
import { readIfThere } from './pipeline/read-if-there.ts';
import { duration, thousands } from './report/format.ts';
import { openMetricsLog } from './run-folder/metrics-log.ts';
import { type RunFolder, removeIfEmpty } from './run-folder/run-folder.ts';
import { shellWord } from './shell-word.ts';
import { stopwatch } from './stopwatch.ts';
import type { Terminal } from './terminal.ts';
import { checkpointStep } from './training/checkpoint-step.ts';
import { decideSteps } from './training/decide-steps.ts';
import { interruptedExitCode, listenForInterruption } from './training/interruption.ts';
import { runTraining } from './training/run-training.ts';

export interface StudyOptions {
  configuration: Configuration;
  folder: RunFolder;
  terminal: Terminal;
  /** Go on from the folder's checkpoint, or begin with its settings where none was written. */
  resume: boolean;
  /** What to call to go on, such as `npm start --`. */
  command: string;
}

/** Trains, degrades held-out pictures, measures and reports; everything goes to the run folder. Gives the exit code. */
export async function study({
  configuration: given,
  folder,
  terminal,
  resume,
  command,
}: StudyOptions): Promise<number> {
  const watch = stopwatch();
  const interruption = listenForInterruption(terminal);
  const { signal } = interruption;
  const goOn = `${command} --resume ${shellWord(folder.path)}`;
  try {
    const started = await watch.time('Engine started', () => startEngine(given.engine));
    terminal.line(`Engine       ${started.description}`);
    for (const { backend, reason } of started.engine.unavailable)
      terminal.line(`             no ${backend}: ${reason}`);

    if (resume && (await isComplete(folder))) {
      terminal.line(`Report       ${folder.report}   (trained and judged before)`);
      return 0;
    }
    let configuration = decideData(given, started.engine.backend);
    const { clean: cleanFolder, generated } = configuration.photographs;
    if (cleanFolder === null) terminal.line(`Photographs  making ${2 * generated.pictures!} of them`);
    const photographs = await watch.time('Photographs ready', () =>
      obtainPhotographs({ configuration, folder, signal }),
    );
    const { training, heldOut, notes } = photographs;
    terminal.line(
      `Photographs  ${training.clean.length} clean and ${training.degraded.length} degraded to learn from, ${heldOut.clean.length} clean held out`,
    );
    for (const note of notes) terminal.line(`             ${note}`);

    const nextBatch = batches({ ...configuration.training, ...training });
    const { compile } = started;
    const timed = configuration.training.steps === null;
    if (timed) {
      const steps = await watch.time('Steps timed', () => decideSteps({ configuration, nextBatch, compile, signal }));
      configuration = { ...configuration, training: { ...configuration.training, steps } };
    }
    signal.throwIfAborted();
    await writeConfiguration(folder, configuration);

    const { steps, minutes } = configuration.training;
    terminal.line(
      `Training     ${thousands(steps!)} steps${timed ? `, as many as fit into ${minutes} minutes at most` : ''}`,
    );
    const checkpoint = resume ? await readIfThere(folder.checkpoint) : undefined;
    const log = await openMetricsLog(folder.metrics, checkpoint ? checkpointStep(checkpoint) : 0);
    const model = createDeFlow({ config: configuration.model, random: createRandom(configuration.seed).fork('model') });
    const outcome = await watch.time('Training', () =>
      runTraining({
        ...{ model, nextBatch, compile, folder, log, terminal, signal },
        configuration,
        resume: checkpoint,
        keepTime: timed,
        async onPlan(shortened) {
          configuration = { ...configuration, training: { ...configuration.training, shortened } };
          await writeConfiguration(folder, configuration);
          terminal.line(`             slower than at first: shortened to ${thousands(shortened.at(-1)!.steps)} steps`);
        },
      }),
    );
    await judge({ ...{ model, configuration, photographs, folder, log, outcome, terminal, watch, signal }, started });
    terminal.line(`\nReport       ${folder.report}   (${duration(watch.parts().at(-1)!.seconds)} in all)`);
    if (outcome.finished && !signal.aborted) return 0;
    terminal.line(
      outcome.finished
        ? 'Stopped while judging: the training is done and kept, the report is of a part.'
        : `Stopped at step ${thousands(outcome.step)} of ${thousands(outcome.steps)}: checkpoint and report are kept.`,
    );
    terminal.line(`Go on with   ${goOn}`);
    return interruptedExitCode;
  } catch (error) {
    const begun = existsSync(folder.configuration);
    if (signal.aborted && error === signal.reason) {
      terminal.line(
        begun
          ? `Stopped. What there was before is kept.\nGo on with   ${goOn}`
          : 'Stopped before anything was learned.',
      );
      return interruptedExitCode;
    }
    throw begun ? explainWriteError(error, folder.path, `Free some space, then go on with: ${goOn}`) : error;
  } finally {
    await removeIfEmpty(folder);
    interruption.stopListening();
  }
}

/** Whether the run was trained and judged to its end, so that nothing is left to do: its last file says so. */
async function isComplete({ statistics, report }: RunFolder): Promise<boolean> {
  const text = existsSync(report) ? await readIfThere(statistics) : undefined;
  if (text === undefined) return false;
  try {
    return (JSON.parse(new TextDecoder().decode(text)) as { complete?: boolean }).complete === true;
  } catch {
    return false;
  }
}

/** Fills in what depends on how fast the engine is. */
function decideData(configuration: Configuration, backend: string): Configuration {
  const { photographs } = configuration;
  const pictures = photographs.generated.pictures ?? (backend === 'wasm' ? 30 : 60);
  return { ...configuration, photographs: { ...photographs, generated: { ...photographs.generated, pictures } } };
}
