import type { Random } from '@deflow/images';
import { joinRrdbFeatures, rrdbEncoder } from '@deflow/nn';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { ConditioningNetwork } from './conditioning.ts';
import type { RrdbConfig } from './config.ts';
import { featureContexts } from './enlarged-features.ts';

export interface RrdbFeaturesOptions extends Omit<RrdbConfig, 'kind'> {
  readonly reduction: number;
  /** Levels of the flow. */
  readonly levels: number;
  readonly random: Random;
}

/** The published feature network: own channels of each level, then those of the tapped blocks (spec 2.1). */
export function rrdbFeatures(options: RrdbFeaturesOptions): ConditioningNetwork {
  const { channels, growthChannels, blocks, taps, reduction, levels, random } = options;
  const encoder = rrdbEncoder({
    scale: reduction,
    levels: Array.from({ length: levels }, (_, level) => level + 1),
    channels,
    growth: growthChannels,
    blocks,
    taps,
    random,
  });
  return {
    parameters: encoder.parameters,
    channels: Array.from({ length: levels }, () => encoder.featureChannels),
    apply: (reduced) => encoder.apply(reduced) as Tensor4D[],
    contexts(reduced) {
      const parts = encoder.features(reduced);
      return { contexts: featureContexts(parts), joined: () => joinRrdbFeatures(parts) as Tensor4D[] };
    },
  };
}
