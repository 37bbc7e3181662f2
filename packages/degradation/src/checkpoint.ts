import { type CheckpointTensor, decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '@deflow/checkpoints';
import { createRandom } from '@deflow/images';
import { exportParameters, importParameters } from '@deflow/nn';
import type { DeFlowConfig } from './config.ts';
import { createDeFlow } from './create-deflow.ts';
import type { DeFlow } from './deflow.ts';
import { CheckpointError } from './errors.ts';

const modelPrefix = 'model.';
const configKey = 'deflow.config';

/** Tensors of `file` whose names begin with `prefix`, without it. */
export function withPrefix(file: SafetensorsFile, prefix: string): Map<string, CheckpointTensor> {
  const found = [...file.tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

export interface CheckpointExtras {
  /** More tensors, under names that do not begin with `model.`. */
  readonly tensors?: ReadonlyMap<string, CheckpointTensor>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A model as the bytes of a safetensors file: parameters as `model.NAME`, the description in the metadata. */
export async function deflowToBytes(model: DeFlow, { tensors, metadata }: CheckpointExtras = {}): Promise<Uint8Array> {
  const parameters = await exportParameters(model.parameters);
  const named = [...parameters].map(([name, tensor]) => [modelPrefix + name, tensor] as const);
  return encodeSafetensors(new Map([...named, ...(tensors ?? [])]), {
    ...metadata,
    [configKey]: JSON.stringify(model.config),
  });
}

/** Moving averages of the parameters, in checkpoints of a training that keeps them. */
export const averagePrefix = 'average.';

/**
 * Gives `model` the parameters in `file`.
 * @throws ParameterMismatchError when names or shapes differ; then nothing has changed.
 */
export function loadModelParameters(model: DeFlow, file: SafetensorsFile): void {
  importParameters(model.parameters, withPrefix(file, modelPrefix));
}

/** The model description in the metadata of `file`. @throws CheckpointError when there is none. */
export function configOf({ metadata }: SafetensorsFile): DeFlowConfig {
  const text = metadata[configKey];
  if (text === undefined) {
    throw new CheckpointError('This safetensors file says nothing about a DeFlow.', {
      value: Object.keys(metadata),
      remedy: `Give a file that deflowToBytes or trainDeFlow made: its metadata holds ${configKey}.`,
    });
  }
  try {
    return JSON.parse(text) as DeFlowConfig;
  } catch (cause) {
    throw new CheckpointError('The model description in this file is no JSON.', {
      value: text,
      cause,
      remedy: 'Save the model again.',
    });
  }
}

/**
 * Builds the model that `bytes` hold, a model's or a training's checkpoint; of the latter the averages, if it has any.
 * @throws CheckpointFormatError for bytes that are no safetensors file, CheckpointError for one of something else,
 * InvalidConfigError and ParameterMismatchError for one whose parts do not fit together.
 */
export function deflowFromBytes(bytes: Uint8Array): DeFlow {
  const file = decodeSafetensors(bytes);
  const model = buildModel(configOf(file));
  loadModelParameters(model, file);
  importParameters(model.parameters, withPrefix(file, averagePrefix), { strict: false });
  return model;
}

function buildModel(config: DeFlowConfig): DeFlow {
  try {
    return createDeFlow({ config, random: createRandom('replaced by the checkpoint') });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new CheckpointError('The model description in this file is incomplete.', {
      value: config,
      cause,
      remedy: 'Load it with the version of @deflow/degradation that saved it.',
    });
  }
}
