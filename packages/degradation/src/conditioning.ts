import type { Context } from '@deflow/flows';
import type { Random } from '@deflow/images';
import { resizeTensor } from '@deflow/images/tensors';
import type { ParameterTree } from '@deflow/nn';
import { concat, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ConditioningConfig, DeFlowConfig } from './config.ts';
import { convolutionFeatures } from './convolution-features.ts';
import { rrdbFeatures } from './rrdb-features.ts';
import { spaceToDepth } from './space-to-depth.ts';

/** The network that turns a reduced, noisy image into what every level of the flow is conditioned on. */
export interface ConditioningNetwork {
  readonly parameters: ParameterTree;
  /** Channels of the features of each level. */
  readonly channels: readonly number[];
  /**
   * `reduced`: [batch, height / reduction, width / reduction, 3], noise added.
   * Gives the features of level i (from 0): [batch, height / 2^(i+1), width / 2^(i+1), channels[i]].
   */
  apply(reduced: Tensor4D): Tensor4D[];
  /** The same as the flow's layers read it best. Left out where that is what `apply` gives. */
  contexts?(reduced: Tensor4D): FeatureContexts;
}

export interface FeatureContexts {
  /** Of each level; where features are enlarged copies of smaller ones, a record for `convolveFeatures`. */
  readonly contexts: Context[];
  /** What `apply` gives. */
  joined(): Tensor4D[];
}

/** Enlarges the reduced image to twice the size of each level and squeezes it: 12 channels. */
function appendReduced(network: ConditioningNetwork, reduction: number): ConditioningNetwork {
  return {
    parameters: network.parameters,
    channels: network.channels.map((channels) => channels + 12),
    apply: (reduced) =>
      network.apply(reduced).map((features, level) => {
        const scale = reduction / 2 ** level;
        const enlarged = scale === 1 ? reduced : resizeTensor(reduced, scale);
        return concat([features, spaceToDepth(enlarged)], 3);
      }),
  };
}

/** The conditioning network of `config`, with features for each of its levels. */
export function conditioningNetwork(
  { conditioning, levels }: DeFlowConfig & { readonly conditioning: ConditioningConfig },
  random: Random,
): ConditioningNetwork {
  const { network, reduction } = conditioning;
  const shape = { reduction, levels: levels.length, random };
  const features =
    network.kind === 'rrdb' ? rrdbFeatures({ ...network, ...shape }) : convolutionFeatures({ ...network, ...shape });
  return conditioning.appendReduced ? appendReduced(features, reduction) : features;
}
