import { type CheckpointTensor, decodeSafetensors } from '@deflow/checkpoints';
import {
  type Adam,
  type ExponentialMovingAverage,
  exportParameters,
  importParameters,
  type ParameterTree,
} from '@deflow/nn';
import { averagePrefix, deflowToBytes, loadModelParameters, withPrefix } from './checkpoint.ts';
import type { DeFlow } from './deflow.ts';
import { CheckpointError } from './errors.ts';
import type { TrainingRecipe } from './presets.ts';

const metadataKey = 'deflow.training';

/** Where a training stands. All its random numbers follow from the seed and the step. */
export interface TrainingPosition {
  /** Steps done. */
  readonly step: number;
  readonly seed: number | string;
  readonly recipe: TrainingRecipe;
  /** Steps so far whose loss was not finite. */
  readonly skipped: number;
  /** Parts of the model that are not trained. */
  readonly frozen?: readonly string[];
}

/** Everything that training changes. */
export interface TrainingVariables {
  readonly model: DeFlow;
  readonly optimiser: Adam;
  readonly average?: ExponentialMovingAverage | undefined;
}

const trees = ({ optimiser, average }: TrainingVariables): [prefix: string, tree: ParameterTree][] => [
  ['adam.', optimiser.moments],
  ...(average ? [[averagePrefix, average.averages] as [string, ParameterTree]] : []),
];

/** A checkpoint that training can be resumed from and `deflowFromBytes` can read. */
export async function trainingToBytes(variables: TrainingVariables, position: TrainingPosition): Promise<Uint8Array> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [prefix, tree] of trees(variables)) {
    for (const [name, tensor] of await exportParameters(tree)) tensors.set(prefix + name, tensor);
  }
  return deflowToBytes(variables.model, { tensors, metadata: { [metadataKey]: JSON.stringify(position) } });
}

/** Where the training that wrote `checkpoint` stood. @throws CheckpointError for a file that holds a model only. */
export function trainingPosition(checkpoint: Uint8Array): TrainingPosition {
  const text = decodeSafetensors(checkpoint).metadata[metadataKey];
  if (text === undefined) {
    throw new CheckpointError('This file holds no training to resume.', {
      value: text,
      remedy: 'Give a checkpoint of trainDeFlow, or start a new training from the model with deflowFromBytes.',
    });
  }
  return JSON.parse(text) as TrainingPosition;
}

/** Puts parameters, moments and averages back. @throws ParameterMismatchError when they are those of another model. */
export function restoreTraining(variables: TrainingVariables, checkpoint: Uint8Array): void {
  const file = decodeSafetensors(checkpoint);
  loadModelParameters(variables.model, file);
  for (const [prefix, tree] of trees(variables)) importParameters(tree, withPrefix(file, prefix));
}
