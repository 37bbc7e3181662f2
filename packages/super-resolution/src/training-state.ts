import { type CheckpointTensor, decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '@deflow/checkpoints';
import {
  type Adam,
  type ExponentialMovingAverage,
  exportParameters,
  importParameters,
  type ParameterTree,
} from '@deflow/nn';
import { TrainingCheckpointError } from './errors.ts';
import type { NetworkConfig, SuperResolutionNetwork } from './network.ts';
import type { SuperResolutionRecipe } from './recipe.ts';

const trainingKey = 'deflow.super-resolution.training';
export const modelPrefix = 'model.';
export const averagePrefix = 'average.';
const bestPrefix = 'best.';

/** The best validation so far. */
export interface BestValidation {
  readonly step: number;
  readonly score: number;
}

/** Where a training stands. All its random numbers follow from the seed and the step. */
export interface TrainingPosition {
  /** Steps done. */
  readonly step: number;
  readonly seed: number | string;
  readonly recipe: SuperResolutionRecipe;
  readonly network: NetworkConfig;
  /** Steps so far that were not finite. */
  readonly skipped: number;
  readonly best?: BestValidation;
}

/** Everything that training changes. */
export interface TrainingVariables {
  readonly model: SuperResolutionNetwork;
  readonly optimiser: Adam;
  readonly average?: ExponentialMovingAverage | undefined;
  /** The parameters of the best validation. */
  best?: ReadonlyMap<string, CheckpointTensor> | undefined;
}

const trees = ({ model, optimiser, average }: TrainingVariables): [prefix: string, tree: ParameterTree][] => [
  [modelPrefix, model.parameters],
  ['adam.', optimiser.moments],
  ...(average ? [[averagePrefix, average.averages] as [string, ParameterTree]] : []),
];

/** Tensors of `file` whose names begin with `prefix`, without it. */
export function withPrefix(file: SafetensorsFile, prefix: string): Map<string, CheckpointTensor> {
  const found = [...file.tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** A checkpoint that training can be resumed from and `superResolutionFromBytes` can read. */
export async function trainingToBytes(variables: TrainingVariables, position: TrainingPosition): Promise<Uint8Array> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [prefix, tree] of trees(variables)) {
    for (const [name, tensor] of await exportParameters(tree)) tensors.set(prefix + name, tensor);
  }
  for (const [name, tensor] of variables.best ?? []) tensors.set(bestPrefix + name, tensor);
  return encodeSafetensors(tensors, { [trainingKey]: JSON.stringify(position) });
}

/** Where the training that wrote `file` stood; undefined for a file of a network only. */
export function positionOf({ metadata }: SafetensorsFile): TrainingPosition | undefined {
  const text = metadata[trainingKey];
  return text === undefined ? undefined : (JSON.parse(text) as TrainingPosition);
}

/** Where the training that wrote `checkpoint` stood. @throws TrainingCheckpointError for a file of a network only. */
export function trainingPosition(checkpoint: Uint8Array): TrainingPosition {
  const position = positionOf(decodeSafetensors(checkpoint));
  if (position) return position;
  throw new TrainingCheckpointError('This file holds no training to resume.', {
    remedy: 'Give a checkpoint of trainSuperResolution, or start a new training from the network in the file.',
  });
}

/** Puts parameters, moments, averages and the best ones back. @throws ParameterMismatchError when they are those of another model. */
export function restoreTraining(variables: TrainingVariables, checkpoint: Uint8Array): void {
  const file = decodeSafetensors(checkpoint);
  for (const [prefix, tree] of trees(variables)) importParameters(tree, withPrefix(file, prefix));
  const best = withPrefix(file, bestPrefix);
  // A copy, so that the whole checkpoint need not stay in memory.
  if (best.size > 0) variables.best = new Map([...best].map(([name, tensor]) => [name, copied(tensor)]));
}

const copied = (tensor: CheckpointTensor) => ({ ...tensor, data: tensor.data.slice() }) as CheckpointTensor;
