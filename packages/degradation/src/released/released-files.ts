import {
  type CheckpointTensor,
  decodePyTorch,
  type EncodePyTorchOptions,
  encodePyTorch,
  stateDict,
} from '@deflow/checkpoints';
import { createRandom } from '@deflow/images';
import type { DeFlowConfig } from '../config.ts';
import { createDeFlow } from '../create-deflow.ts';
import type { DeFlow } from '../deflow.ts';
import { aim, ntire } from '../presets.ts';
import { type ExportReleasedOptions, exportReleased } from './export-released.ts';
import { importReleased, type ReleasedImport } from './import-released.ts';

export interface FromReleasedOptions {
  /** What the file is of. `aim.model` unless given when it has a third enlargement, else `ntire.model`, whose structure `dped` shares. */
  readonly config?: DeFlowConfig;
  /** `released`: the released program's arithmetic, too, and not only its weights. As `config` says unless given. */
  readonly compatibility?: DeFlowConfig['compatibility'];
}

export interface FromReleased {
  readonly model: DeFlow;
  readonly unused: ReleasedImport['unused'];
}

/**
 * Builds a model from a file of the released DeFlow: the bytes of a `.pth`, or its tensors. The released weights have Sigma = 0.
 * @throws CheckpointFormatError for bytes that are no PyTorch file, ParameterMismatchError for a state dict of another network.
 */
export function deflowFromReleased(
  file: Uint8Array | ReadonlyMap<string, CheckpointTensor>,
  { config, compatibility }: FromReleasedOptions = {},
): FromReleased {
  const tensors = file instanceof Uint8Array ? stateDict(decodePyTorch(file).value) : file;
  const published = config ?? (tensors.has('RRDB.upconv3.weight') ? aim.model : ntire.model);
  const found = compatibility ? { ...published, compatibility } : published;
  const model = createDeFlow({ config: found, random: createRandom('replaced by the checkpoint') });
  const { unused } = importReleased(model, tensors);
  return { model, unused };
}

/** The bytes of a `.pth` that the released program loads. @throws InvalidConfigError for a model of another structure. */
export async function deflowToReleased(
  model: DeFlow,
  options: ExportReleasedOptions & EncodePyTorchOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return encodePyTorch(await exportReleased(model, options), options);
}
