import { createRandom } from '@deflow/images';
import { adam, type Compile, exponentialMovingAverage, requireGradients, runEagerly } from '@deflow/nn';
import { dispose, scalar } from '@tensorflow/tfjs-core';
import { bestValidation, type Validate } from './best-validation.ts';
import { TrainingCheckpointError, TrainingDivergedError } from './errors.ts';
import type { SuperResolutionNetwork } from './network.ts';
import { recipeSchedule, type SuperResolutionRecipe } from './recipe.ts';
import { type BatchTensors, batchTensors, type NextSuperResolutionBatch } from './training-batch.ts';
import { createProgress, type SuperResolutionProgress } from './training-progress.ts';
import { restoreTraining, type TrainingVariables, trainingPosition, trainingToBytes } from './training-state.ts';
import { trainingStep } from './training-step.ts';

/** A training ends with an error after this many steps in a row that were not finite. */
const patience = 100;

export interface TrainSuperResolutionOptions {
  readonly model: SuperResolutionNetwork;
  readonly nextBatch: NextSuperResolutionBatch;
  /** How to train, such as `smallPsnr.training`. May be left out when resuming: then the checkpoint's own. */
  readonly recipe?: SuperResolutionRecipe;
  /** All random numbers of the training follow from it. A resumed training keeps its own. */
  readonly seed?: number | string;
  /** `compile` of `@deflow/tensorflow` makes steps several times faster. Eager steps unless given. */
  readonly compile?: Compile;
  /** `bfloat16` lets convolutions compute in bfloat16 where the processor can; parameters and moments stay float32. */
  readonly precision?: 'float32' | 'bfloat16';
  /**
   * Into how many parts a step cuts its batch, to compute them beside each other. Faster on processors whose operations have one core
   * each (see the README); the numbers stay the same but for rounding. 1 unless given.
   */
  readonly parts?: number;
  /** Called after every step. */
  readonly onProgress?: (progress: SuperResolutionProgress) => void;
  /** Scores the model (its averages, if the recipe has any) every `validateEvery` steps and after the last; higher is better. */
  readonly validate?: Validate;
  readonly validateEvery?: number;
  /** Called with the bytes of every new best model (`superResolutionFromBytes` reads them). */
  readonly onBest?: (model: Uint8Array, step: number, score: number) => void | Promise<void>;
  /** Steps from one call of `onCheckpoint` to the next. */
  readonly checkpointEvery?: number;
  readonly onCheckpoint?: (checkpoint: Uint8Array, step: number) => void | Promise<void>;
  /** Stops after the step under way. */
  readonly signal?: AbortSignal;
  /** A checkpoint: training goes on where it was written, with the same numbers to the last bit. */
  readonly resume?: Uint8Array;
}

export interface SuperResolutionTraining {
  /** Steps done in all. */
  readonly step: number;
  /** false when the signal stopped it early. */
  readonly finished: boolean;
  /** Steps that were not finite; they changed no parameter. */
  readonly skipped: number;
  /** The best validation; `superResolutionFromBytes` reads `model`. */
  readonly best?: { readonly step: number; readonly score: number; readonly model: Uint8Array };
  /** What `resume` takes and `superResolutionFromBytes` reads. */
  readonly checkpoint: Uint8Array;
}

/**
 * Trains `model` in place for PSNR: the mean absolute difference (L1) to the high-resolution patches falls, with Adam.
 * With `recipe.averageDecay` the model holds the moving averages of its parameters afterwards.
 *
 * @throws TrainingDivergedError after 100 steps in a row that were not finite; TrainingCheckpointError and ParameterMismatchError
 * when `resume` holds no training of this model; BatchShapeError for batches that do not fit; GradientsMissingError.
 */
export async function trainSuperResolution(options: TrainSuperResolutionOptions): Promise<SuperResolutionTraining> {
  const { model, nextBatch, compile = runEagerly, precision = 'float32', parts = 1, signal, resume } = options;
  const { onProgress, onCheckpoint, checkpointEvery } = options;
  requireGradients();
  const { step: first, skipped: skippedBefore, seed, recipe, best: bestBefore } = startOf(options);
  const { averageDecay, steps, clip, beta1, beta2 } = recipe;
  const schedule = recipeSchedule(recipe);
  const root = createRandom(seed);
  const draw = async (step: number): Promise<BatchTensors> =>
    batchTensors(model, await nextBatch(root.fork(`step ${step}`), step));

  const optimiser = adam({ parameters: model.parameters, beta1, beta2 });
  const average = averageDecay ? exponentialMovingAverage(model.parameters, { decay: averageDecay }) : undefined;
  const variables: TrainingVariables = { model, optimiser, average };
  const compiled = trainingStep({ model, optimiser, average, clip, compile, precision, parts });
  const validation = bestValidation({ ...options, variables, steps, best: bestBefore });
  const progress = createProgress({ steps, schedule });
  let step = first;
  let skipped = skippedBefore;
  let skippedInARow = 0;
  let batch: BatchTensors | undefined;
  const checkpoint = () =>
    trainingToBytes(variables, { step, seed, recipe, network: model.config, skipped, best: validation.best() });
  try {
    if (resume) restoreTraining(variables, resume);
    if (step < steps) batch = await draw(step + 1);
    while (batch && !signal?.aborted) {
      step++;
      const rates = optimiser.rates(step, schedule(step));
      const scalars = { stepSize: scalar(rates.stepSize), epsilon: scalar(rates.epsilon) };
      const current: BatchTensors = batch;
      const running = compiled.async({ ...current, ...scalars });
      // The next batch is drawn while this step runs.
      const drawing = step < steps ? draw(step + 1) : Promise.resolve(undefined);
      drawing.catch(() => {});
      const report = await running;
      const values = await report.data();
      dispose([report, ...Object.values(scalars), ...Object.values(current)]);
      batch = undefined;
      batch = await drawing;
      const counted = values[2] === 1;
      skippedInARow = counted ? 0 : skippedInARow + 1;
      skipped += counted ? 0 : 1;
      if (skippedInARow >= patience) throw new TrainingDivergedError(skippedInARow, step, await checkpoint());
      const seen = progress.read(step, values, current.low.shape[0], skipped);
      const validated = await validation.after(step);
      onProgress?.(validated ? { ...seen, validation: validated } : seen);
      if (checkpointEvery && step % checkpointEvery === 0) await onCheckpoint?.(await checkpoint(), step);
      if (validated) progress.pause();
      await progress.breathe();
    }
    const [best, model] = [validation.best(), validation.model()];
    const result = { step, finished: step >= steps, skipped, checkpoint: await checkpoint() };
    average?.swap();
    return best && model ? { ...result, best: { ...best, model } } : result;
  } finally {
    if (batch) dispose(Object.values(batch));
    compiled.dispose();
    optimiser.dispose();
    average?.dispose();
  }
}

function startOf({ resume, recipe, seed = 0 }: TrainSuperResolutionOptions) {
  const start = resume ? trainingPosition(resume) : { step: 0, skipped: 0, seed, best: undefined };
  const chosen = recipe ?? ('recipe' in start ? start.recipe : undefined);
  if (chosen) return { ...start, recipe: chosen };
  throw new TrainingCheckpointError('There is neither a recipe nor a checkpoint to resume.', {
    remedy: 'Pass `recipe`, such as `smallPsnr.training`, or `resume`.',
  });
}
