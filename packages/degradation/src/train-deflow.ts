import { createRandom } from '@deflow/images';
import { adam, type Compile, exponentialMovingAverage, runEagerly } from '@deflow/nn';
import { dispose, scalar } from '@tensorflow/tfjs-core';
import type { DeFlow } from './deflow.ts';
import { CheckpointError, TrainingDivergedError } from './errors.ts';
import { withoutFrozen } from './frozen.ts';
import type { TrainingRecipe } from './presets.ts';
import { recipeSchedule } from './schedule.ts';
import { sigmaEigenvalues } from './sigma-eigenvalues.ts';
import { type BatchTensors, batchTensors, type NextBatch } from './training-batch.ts';
import { createProgress, type TrainingProgress } from './training-progress.ts';
import { restoreTraining, trainingPosition, trainingToBytes } from './training-state.ts';
import { trainingStep } from './training-step.ts';

/** A training ends with an error after this many steps in a row without a finite loss. */
const patience = 100;

export interface TrainDeFlowOptions {
  readonly model: DeFlow;
  readonly nextBatch: NextBatch;
  /** How to train, such as `small.training`. May be left out when resuming: then the checkpoint's own. */
  readonly recipe?: TrainingRecipe;
  /** All random numbers of the training follow from it. A resumed training keeps its own. */
  readonly seed?: number | string;
  /** `compile` of `@deflow/tensorflow` makes steps several times faster. Eager steps unless given. */
  readonly compile?: Compile;
  /**
   * `bfloat16` lets `compile` compute in bfloat16 inside the networks, where the processor has it; the flow's own algebra, the
   * likelihood, the gradients of parameters and the optimiser stay float32. What it costs: docs/precision.md. Default `float32`.
   */
  readonly precision?: 'float32' | 'bfloat16';
  /**
   * Parts of the model that keep their parameters: dotted paths such as `conditioning` or `levels.0`. A resumed training keeps its own
   * unless given.
   */
  readonly frozen?: readonly string[];
  /** Steps from one report of Sigma's eigenvalues (`TrainingProgress.sigma`) to the next. None unless given. */
  readonly sigmaEvery?: number;
  /** Called after every step. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Steps from one call of `onCheckpoint` to the next. */
  readonly checkpointEvery?: number;
  readonly onCheckpoint?: (checkpoint: Uint8Array, step: number) => void | Promise<void>;
  /** Stops after the step under way. */
  readonly signal?: AbortSignal;
  /** A checkpoint: training goes on where it was written, with the same numbers to the last bit. */
  readonly resume?: Uint8Array;
}

export interface TrainingResult {
  /** Steps done in all. */
  readonly step: number;
  /** false when the signal stopped it early. */
  readonly finished: boolean;
  /** Steps whose loss was not finite; they changed no parameter. */
  readonly skipped: number;
  /** What `resume` takes and `deflowFromBytes` reads. */
  readonly checkpoint: Uint8Array;
}

/**
 * Trains `model` in place: both domains become as likely as possible under their own base distributions (spec 1.2).
 * With `recipe.averageDecay` the model holds the moving averages of its parameters afterwards.
 *
 * @throws TrainingDivergedError after 100 steps in a row without a finite loss; CheckpointError and ParameterMismatchError when
 * `resume` holds no training of this model; ShapeMismatchError for batches that do not fit; InvalidConfigError for `frozen` that names
 * no part of the model, or all of it.
 */
export async function trainDeFlow(options: TrainDeFlowOptions): Promise<TrainingResult> {
  const { model, nextBatch, compile = runEagerly, onProgress, onCheckpoint, checkpointEvery, signal, resume } = options;
  const { sigmaEvery, precision = 'float32' } = options;
  const { step: first, skipped: skippedBefore, seed, recipe, frozen } = startOf(options);
  const trained = withoutFrozen(model, frozen);
  const schedule = recipeSchedule(recipe);
  const root = createRandom(seed);
  const draw = (step: number) => batchTensors(model, nextBatch, root.fork(`step ${step}`), step);

  let batch: BatchTensors | undefined = await draw(first + 1);
  if (!resume) await initializeOnce(model, batch);
  const optimiser = adam({
    parameters: trained,
    learningRateFactors: new Map(model.shiftParameters.map((each) => [each, recipe.shiftLearningRateFactor])),
  });
  const { averageDecay, steps } = recipe;
  const average = averageDecay ? exponentialMovingAverage(trained, { decay: averageDecay }) : undefined;
  const variables = { model, optimiser, average };
  const compiled = trainingStep({ ...variables, clip: recipe.clip, compile, precision });
  const progress = createProgress({ steps, schedule, quantisationLevels: model.config.quantisationLevels });
  let step = first;
  let skipped = skippedBefore;
  let skippedInARow = 0;
  const checkpoint = () =>
    trainingToBytes(variables, { step, seed, recipe, skipped, ...(frozen.length > 0 && { frozen }) });
  try {
    if (resume) restoreTraining(variables, resume);
    while (step < steps && !signal?.aborted) {
      step++;
      const rates = optimiser.rates(step, schedule(step));
      const scalars = { stepSize: scalar(rates.stepSize), epsilon: scalar(rates.epsilon) };
      const { tensors, cleanImages }: BatchTensors = batch;
      const running = compiled.async({ ...tensors, ...scalars });
      // The next batch is drawn while this step runs.
      const [report, next] = await Promise.all([running, draw(step + 1)]);
      const values = await report.data();
      dispose([report, scalars.stepSize, scalars.epsilon]);
      dispose(tensors as never);
      batch = next;
      const counted = values.at(-1) === 1;
      skippedInARow = counted ? 0 : skippedInARow + 1;
      skipped += counted ? 0 : 1;
      if (skippedInARow >= patience) throw new TrainingDivergedError(skippedInARow, step, await checkpoint());
      const sigma = sigmaEvery && step % sigmaEvery === 0 ? { sigma: await sigmaEigenvalues(model) } : {};
      onProgress?.({ ...progress.read(step, values, cleanImages, skipped), ...sigma });
      if (checkpointEvery && step % checkpointEvery === 0) await onCheckpoint?.(await checkpoint(), step);
      await progress.breathe();
    }
    const result = { step, finished: step >= steps, skipped, checkpoint: await checkpoint() };
    average?.swap();
    return result;
  } finally {
    dispose(batch.tensors as never);
    compiled.dispose();
    optimiser.dispose();
    average?.dispose();
  }
}

function startOf({ resume, recipe, seed = 0, frozen }: TrainDeFlowOptions) {
  const start = resume ? trainingPosition(resume) : { step: 0, skipped: 0, seed };
  const still = frozen ?? ('frozen' in start ? start.frozen : undefined) ?? [];
  const chosen = recipe ?? ('recipe' in start ? start.recipe : undefined);
  if (chosen) return { ...start, recipe: chosen, frozen: still };
  throw new CheckpointError('There is neither a recipe nor a checkpoint to resume.', {
    remedy: 'Pass `recipe`, such as `small.training`, or `resume`.',
  });
}

/** Gives a fresh model its data-dependent start. A model that has had it keeps its parameters: it is trained further. */
async function initializeOnce(model: DeFlow, { tensors }: BatchTensors): Promise<void> {
  const [initialized] = await model.initialized.data();
  if (initialized === 0) model.initialize(tensors.images, tensors.labels, tensors.noise);
}
