import { type CheckpointTensor, encodeSafetensors } from '@deflow/checkpoints';
import { exportParameters } from '@deflow/nn';
import type { SuperResolutionNetwork } from './network.ts';
import { namedAsPublished } from './state-dict.ts';
import type { BestValidation, TrainingVariables } from './training-state.ts';

/** The score of `model` after a step; higher is better. The model must be left as it is. */
export type Validate = (model: SuperResolutionNetwork, step: number) => number | Promise<number>;

export interface BestValidationOptions {
  readonly variables: TrainingVariables;
  readonly validate?: Validate | undefined;
  /** Steps from one validation to the next; only after the last step unless given. */
  readonly validateEvery?: number | undefined;
  readonly onBest?: ((model: Uint8Array, step: number, score: number) => void | Promise<void>) | undefined;
  readonly steps: number;
  /** The best of the training that is resumed. */
  readonly best?: BestValidation | undefined;
}

/** Validates a training now and then and keeps the best parameters in `variables.best`. */
export function bestValidation(options: BestValidationOptions) {
  const { variables, validate, validateEvery = Number.POSITIVE_INFINITY, onBest, steps } = options;
  const { model, average } = variables;
  let { best } = options;
  const toBytes = (parameters: ReadonlyMap<string, CheckpointTensor>) =>
    encodeSafetensors(namedAsPublished(parameters, model.config));

  async function withAverages<Result>(use: () => Promise<Result>): Promise<Result> {
    average?.swap();
    try {
      return await use();
    } finally {
      average?.swap();
    }
  }

  return {
    best: () => best,
    /** The best model as a file. */
    model: () => (variables.best ? toBytes(variables.best) : undefined),
    /** Validates after `step` if it is time to. A score that is no number is never the best. */
    async after(step: number): Promise<{ score: number; isBest: boolean } | undefined> {
      if (!validate || (step % validateEvery !== 0 && step !== steps)) return undefined;
      const score = await withAverages(async () => {
        const found = await validate(model, step);
        if (found > (best?.score ?? Number.NEGATIVE_INFINITY)) {
          best = { step, score: found };
          variables.best = await exportParameters(model.parameters);
        }
        return found;
      });
      const isBest = best?.step === step;
      if (isBest) await onBest?.(toBytes(variables.best!), step, score);
      return { score, isBest };
    },
  };
}
