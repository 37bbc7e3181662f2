import { multiStepSchedule, type Schedule, warmUp } from '@deflow/nn';
import { InvalidRecipeError } from './errors.ts';
import { restartingCosine } from './restarting-cosine.ts';

/** How a network is trained, as plain data. */
export interface SuperResolutionRecipe {
  readonly steps: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** The rate rises in a straight line during this many steps. */
  readonly warmUpSteps: number;
  /**
   * `cosine` falls to `to` times the rate in each of `periods`, which are shares of all steps; `multi-step` multiplies by `gamma`
   * after these shares of all steps.
   */
  readonly schedule:
    | { readonly kind: 'cosine'; readonly periods: readonly number[]; readonly to: number }
    | { readonly kind: 'multi-step'; readonly at: readonly number[]; readonly gamma: number };
  /** Largest global norm of the gradient. Not clipped unless given. */
  readonly clip?: number;
  /** Decay of a moving average of the parameters, which is validated and which the model gets in the end. None unless given. */
  readonly averageDecay?: number;
  /** Side of the high-resolution patches, and how many are in a batch: for those who make the batches. */
  readonly patchSize: number;
  readonly batchSize: number;
}

/** The learning rate of every step (from 1) of `recipe`. @throws InvalidRecipeError */
export function recipeSchedule({ steps, learningRate, warmUpSteps, schedule }: SuperResolutionRecipe): Schedule {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InvalidRecipeError(`A training cannot have ${steps} steps.`, { value: steps, remedy: 'Use 1 or more.' });
  }
  const base =
    schedule.kind === 'cosine'
      ? restartingCosine({
          learningRate,
          periods: schedule.periods.map((share) => share * steps),
          end: schedule.to * learningRate,
        })
      : multiStepSchedule({
          learningRate,
          milestones: schedule.at.map((share) => Math.round(share * steps)),
          gamma: schedule.gamma,
        });
  return warmUpSteps > 0 ? warmUp(base, warmUpSteps) : base;
}
