import type { CheckpointTensor } from '@deflow/checkpoints';
import { WeightsError } from '../backbones/errors.ts';
import { networks } from '../backbones/networks.ts';
import {
  type BackboneWeights,
  backboneWeights,
  decodeTensors,
  type NamedTensors,
  tensorReader,
} from '../backbones/weights.ts';

/** VGG-16, and for each channel of the image and of five of its layers what texture and structure count. */
export interface DistsWeights {
  readonly backbone: BackboneWeights;
  /** Of the similarity of means (texture), one for each of the 1475 channels. */
  readonly alpha: Float32Array;
  /** Of the similarity of what is left of them (structure). */
  readonly beta: Float32Array;
}

/** Of the image and of the five places in the network. */
export const stageChannels: readonly number[] = [3, ...networks.vgg.channels];

export interface DecodeDistsOptions {
  /** torchvision's state dict of vgg16: PyTorch or safetensors. */
  readonly backbone: Uint8Array;
  /** DISTS_pytorch/weights.pt of the authors: PyTorch or safetensors. */
  readonly weights: Uint8Array;
}

/**
 * Reads the weights of DISTS from the bytes of two files, in Node and in browsers.
 *
 * @throws WeightsError when a tensor is missing or has another shape, CheckpointFormatError when the bytes are no checkpoint
 */
export const decodeDistsWeights = ({ backbone, weights }: DecodeDistsOptions): DistsWeights =>
  distsWeights(decodeTensors(backbone), decodeTensors(weights));

/** The weights from the tensors of the two files. @throws WeightsError */
export function distsWeights(backbone: NamedTensors, weights: NamedTensors): DistsWeights {
  return { backbone: backboneWeights('vgg', backbone), ...distsFactors(weights) };
}

/** What each channel counts. @throws WeightsError */
export function distsFactors(tensors: NamedTensors): Omit<DistsWeights, 'backbone'> {
  const { problems, take } = tensorReader(tensors);
  const count = stageChannels.reduce((sum, channels) => sum + channels, 0);
  const [alpha, beta] = [take('alpha', [1, count, 1, 1]), take('beta', [1, count, 1, 1])];
  if (problems.length > 0)
    throw new WeightsError(
      'DISTS',
      problems,
      "the authors' DISTS_pytorch/weights.pt: deflow-metrics weights fetch dists",
    );
  return { alpha, beta };
}

/** The tensors of `distsFactors`, to write them to a file. */
export const factorTensors = ({ alpha, beta }: Omit<DistsWeights, 'backbone'>): Map<string, CheckpointTensor> =>
  new Map(
    Object.entries({ alpha, beta }).map(([name, data]) => [
      name,
      { type: 'float32', shape: [1, data.length, 1, 1], data },
    ]),
  );
