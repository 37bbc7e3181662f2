import type { CheckpointTensor } from '@deflow/checkpoints';
import { OptionError } from '@deflow/images';
import { WeightsError } from '../backbones/errors.ts';
import { type NetworkName, networks } from '../backbones/networks.ts';
import {
  type BackboneWeights,
  backboneWeights,
  decodeTensors,
  type NamedTensors,
  tensorReader,
} from '../backbones/weights.ts';

/** `0.1` scales the input as the networks were trained; `0.0` is the first release, which did not. */
export type LpipsVersion = '0.0' | '0.1';

/** Which LPIPS: both are to be stated beside every published number. */
export interface LpipsVariant {
  readonly network: NetworkName;
  readonly version: LpipsVersion;
}

/** A backbone, and one weight for each of its channels at every place that is looked at. */
export interface LpipsWeights extends LpipsVariant {
  readonly backbone: BackboneWeights;
  readonly heads: readonly Float32Array[];
}

/** Where the authors' files keep the weights of a place. */
const headKey = (place: number): string => `lin${place}.model.1.weight`;

export interface DecodeLpipsOptions extends LpipsVariant {
  /** torchvision's state dict of alexnet, vgg16 or squeezenet1_1: PyTorch or safetensors. */
  readonly backbone: Uint8Array;
  /** lpips/weights/v0.X/NETWORK.pth of the authors: PyTorch or safetensors. */
  readonly heads: Uint8Array;
}

/**
 * Reads the weights of LPIPS from the bytes of two files, in Node and in browsers.
 *
 * @throws WeightsError when a tensor is missing or has another shape, CheckpointFormatError when the bytes are no checkpoint
 */
export const decodeLpipsWeights = ({ backbone, heads, ...variant }: DecodeLpipsOptions): LpipsWeights =>
  lpipsWeights(variant, decodeTensors(backbone), decodeTensors(heads));

/** The weights from the tensors of the two files. @throws WeightsError, OptionError */
export function lpipsWeights(variant: LpipsVariant, backbone: NamedTensors, heads: NamedTensors): LpipsWeights {
  const { network, version } = checkVariant(variant);
  return {
    network,
    version,
    backbone: backboneWeights(network, backbone),
    heads: lpipsHeads({ network, version }, heads),
  };
}

/** One weight for each channel of every place. @throws WeightsError */
export function lpipsHeads({ network, version }: LpipsVariant, tensors: NamedTensors): Float32Array[] {
  const { problems, take } = tensorReader(tensors);
  const heads = networks[network].channels.map((count, place) => take(headKey(place), [1, count, 1, 1]));
  const name = `lpips-${network}-v${version}`;
  if (problems.length > 0)
    throw new WeightsError(
      `LPIPS ${version} on ${network}`,
      problems,
      `the authors' lpips/weights/v${version}/${network}.pth: deflow-metrics weights fetch ${name}`,
    );
  return heads;
}

/** The tensors of `lpipsHeads`, to write them to a file. */
export const headTensors = (heads: readonly Float32Array[]): Map<string, CheckpointTensor> =>
  new Map(heads.map((data, place) => [headKey(place), { type: 'float32', shape: [1, data.length, 1, 1], data }]));

/** @throws OptionError for a network or version that there is not */
export function checkVariant(variant: LpipsVariant): LpipsVariant {
  const { network, version } = variant;
  if (!Object.hasOwn(networks, network) || (version !== '0.0' && version !== '0.1'))
    throw new OptionError(`There is no LPIPS of network ${network} and version ${version}.`, {
      value: variant,
      remedy: 'Networks are alex, vgg and squeeze, versions 0.0 and 0.1.',
    });
  return variant;
}
