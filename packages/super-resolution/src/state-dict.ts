import type { CheckpointTensor } from '@deflow/checkpoints';
import { createRandom } from '@deflow/images';
import { disposeParameters, exportParameters, importParameters, namedParameters } from '@deflow/nn';
import { createNetwork } from './create-network.ts';
import { NetworkFileError } from './errors.ts';
import { type FileShapes, inferRrdb } from './infer-rrdb.ts';
import { fromPyTorch, toPyTorch } from './kernel-layout.ts';
import type { NetworkConfig, SuperResolutionNetwork } from './network.ts';
import { type RrdbNames, rrdbName, rrdbNamesOf } from './rrdb-names.ts';

/** The tensors of a network by the names of its file, convolutions [output, input, height, width] as in PyTorch. */
export type StateDict = ReadonlyMap<string, CheckpointTensor>;

export interface StateDictOptions {
  /** Which of the published names to use; BasicSR's unless said. */
  readonly names?: RrdbNames;
}

/** The parameters of `network` as PyTorch programs store them. */
export async function networkToStateDict(
  network: SuperResolutionNetwork,
  { names = 'basicsr' }: StateDictOptions = {},
): Promise<Map<string, CheckpointTensor>> {
  return namedAsPublished(await exportParameters(network.parameters), network.config, names);
}

/** Parameters as `exportParameters` gives them for a network of `config`, renamed and laid out as PyTorch programs store them. */
export const namedAsPublished = (
  parameters: ReadonlyMap<string, CheckpointTensor>,
  config: NetworkConfig,
  names: RrdbNames = 'basicsr',
): Map<string, CheckpointTensor> =>
  new Map([...parameters].map(([name, tensor]) => [rrdbName(name, names, config), toPyTorch(tensor)]));

/**
 * Builds the network whose parameters `tensors` are: an RRDBNet under any of its published names (see `RrdbNames`), its scale,
 * blocks, features and growth read off the names and shapes.
 *
 * @throws NetworkFileError when they belong to no known network, ParameterMismatchError listing missing and unexpected names.
 */
export function networkFromStateDict(tensors: StateDict): SuperResolutionNetwork {
  const { config, names } = identify(new Map([...tensors].map(([name, { shape }]) => [name, shape])));
  const network = createNetwork(config, createRandom('replaced by the file'));
  try {
    loadStateDict(network, tensors, { names });
  } catch (error) {
    disposeParameters(network.parameters);
    throw error;
  }
  return network;
}

/**
 * Gives `network` the parameters `tensors`, whose names may be of any published kind.
 * @throws NetworkFileError, ParameterMismatchError as `networkFromStateDict`; then nothing has changed.
 */
export function loadStateDict(
  network: SuperResolutionNetwork,
  tensors: StateDict,
  { names = rrdbNamesOf([...tensors.keys()]) ?? 'basicsr' }: StateDictOptions = {},
): void {
  const variables = [...namedParameters(network.parameters)].map(
    ([name, variable]) => [rrdbName(name, names, network.config), variable] as const,
  );
  importParameters(
    Object.fromEntries(variables),
    new Map([...tensors].map(([name, tensor]) => [name, fromPyTorch(tensor)])),
  );
}

/** What network has tensors of these names and shapes. @throws NetworkFileError */
function identify(shapes: FileShapes): { config: NetworkConfig; names: RrdbNames } {
  const keys = [...shapes.keys()];
  const names = rrdbNamesOf(keys);
  if (names) return { config: inferRrdb(shapes, names), names };
  throw new NetworkFileError(`These ${keys.length} tensors are the parameters of no network that is known here.`, {
    value: keys.slice(0, 5),
    remedy: 'Give an RRDBNet (ESRGAN, Real-ESRGAN, BSRGAN, Real-SR) as its authors published it.',
  });
}
