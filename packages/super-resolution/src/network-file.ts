import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '@deflow/checkpoints';
import { createRandom } from '@deflow/images';
import { importParameters } from '@deflow/nn';
import { createNetwork } from './create-network.ts';
import type { SuperResolutionNetwork } from './network.ts';
import { networkFromStateDict, networkToStateDict, type StateDictOptions } from './state-dict.ts';
import { averagePrefix, modelPrefix, positionOf, withPrefix } from './training-state.ts';

/** A network as the bytes of a safetensors file, with names and layout of PyTorch programs: BasicSR can read it. */
export async function superResolutionToBytes(
  network: SuperResolutionNetwork,
  options: StateDictOptions = {},
): Promise<Uint8Array> {
  return encodeSafetensors(await networkToStateDict(network, options));
}

/**
 * Builds the network in the bytes of a safetensors file: one that `superResolutionToBytes` wrote, any other of a published network,
 * or a checkpoint of `trainSuperResolution` (its averages, if it has any). `./node` reads PyTorch's files, too.
 *
 * @throws CheckpointFormatError, NetworkFileError, ParameterMismatchError
 */
export const superResolutionFromBytes = (bytes: Uint8Array): SuperResolutionNetwork =>
  networkFromFile(decodeSafetensors(bytes));

/** The network in a file that has been read. @throws NetworkFileError, ParameterMismatchError */
export function networkFromFile(file: SafetensorsFile): SuperResolutionNetwork {
  const position = positionOf(file);
  if (!position) return networkFromStateDict(file.tensors);
  const network = createNetwork(position.network, createRandom('replaced by the file'));
  importParameters(network.parameters, withPrefix(file, modelPrefix));
  importParameters(network.parameters, withPrefix(file, averagePrefix), { strict: false });
  return network;
}
