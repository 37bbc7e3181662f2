import { type DeFlow, type NextBatch, type TrainingRecipe, trainDeFlow } from '@deflow/degradation';
import type { Compile } from '@deflow/nn';
import type { Configuration } from '../configuration/schema.ts';
import type { MetricsLog } from '../run-folder/metrics-log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import type { Terminal } from '../terminal.ts';
import { trainingProgress } from './progress.ts';
import { recordInterval } from './record-interval.ts';
import { recordKeeper } from './record-keeper.ts';
import { shortenedPlan } from './shortened-plan.ts';

export interface RunTrainingOptions {
  model: DeFlow;
  nextBatch: NextBatch;
  compile: Compile;
  /** `steps` decided. */
  configuration: Configuration;
  folder: Pick<RunFolder, 'checkpoint'>;
  log: MetricsLog;
  terminal: Terminal;
  /** Ends training at the next record. */
  signal: AbortSignal;
  /** A checkpoint to go on from. */
  resume?: Uint8Array;
  /** Whether to shorten the plan when time runs out: not where the number of steps was given. */
  keepTime: boolean;
  /** Called when the plan was shortened. */
  onPlan(shortened: Configuration['training']['shortened']): Promise<void>;
}

export interface TrainingOutcome {
  readonly step: number;
  readonly steps: number;
  readonly finished: boolean;
  readonly skipped: number;
}

/** What trainDeFlow wants to know of `training`, aiming at `steps` steps. */
export function recipeOf({ training }: Configuration, steps: number): TrainingRecipe {
  const { minutes: _, steps: __, shortened: ___, mostSteps: ____, checkpointEvery: _____, ...recipe } = training;
  return { ...recipe, steps, warmUpSteps: Math.min(recipe.warmUpSteps, Math.floor(training.steps! / 10)) };
}

/**
 * Trains as planned, writing records and checkpoints; ends early, at a record, when `signal` says so.
 * All numbers but the times depend on the configuration alone, however often training is broken off and resumed.
 */
export async function runTraining(options: RunTrainingOptions): Promise<TrainingOutcome> {
  const { model, configuration, folder, log, terminal, signal, keepTime, onPlan } = options;
  const { training } = configuration;
  const shortened = [...training.shortened];
  const every = recordInterval(training.steps!);
  const keeper = recordKeeper({
    model,
    every,
    imagesPerStep: 2 * training.patchesPerDomain,
    secondsBefore: log.records.at(-1)?.seconds ?? 0,
  });
  const save = (checkpoint: Uint8Array) => writeRunFile(folder.checkpoint, checkpoint);
  let { resume } = options;
  let from = log.records.at(-1)?.step ?? 0;
  for (;;) {
    const { at: since, steps } = shortened.filter(({ at }) => at <= from).at(-1) ?? { at: 0, steps: training.steps! };
    const progress = trainingProgress(steps, from, terminal);
    const stop = new AbortController();
    const result = await trainDeFlow({
      ...options,
      recipe: recipeOf(configuration, steps),
      seed: configuration.seed,
      // At ends of records, so that a resumed run writes the same ones.
      checkpointEvery: Math.ceil(training.checkpointEvery / every) * every,
      onCheckpoint: save,
      signal: stop.signal,
      resume,
      onProgress(seen) {
        const record = keeper.see(seen);
        if (!record) return;
        log.add(record);
        progress.update(record);
        const change = keepTime && shortenedPlan({ minutes: training.minutes, steps, since, every }, log.records);
        if (change) shortened.push(change);
        if (signal.aborted || shortened.some(({ at }) => at === record.step)) stop.abort();
      },
    }).finally(() => progress.stop());
    await save(result.checkpoint);
    const { step, finished, skipped } = result;
    if (finished || signal.aborted) return { step, steps, finished, skipped };
    from = step;
    resume = result.checkpoint;
    await onPlan(shortened);
  }
}
