import type { Random } from '@deflow/images';
import { conv2d, type Layer, leakyRelu, sequence } from '@deflow/nn';
import { avgPool, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ConditioningNetwork } from './conditioning.ts';
import type { ConvolutionsConfig } from './config.ts';
import { enlargeBilinear } from './enlarge-bilinear.ts';

export interface ConvolutionFeaturesOptions extends Omit<ConvolutionsConfig, 'kind'> {
  readonly reduction: number;
  /** Levels of the flow. */
  readonly levels: number;
  readonly random: Random;
}

/** `layers` convolutions 3x3 with LeakyReLU 0.2 at the reduced size; levels that are larger or smaller get them resized. */
export function convolutionFeatures(options: ConvolutionFeaturesOptions): ConditioningNetwork {
  const { layers, channels, reduction, levels, random } = options;
  const network = sequence(
    Array.from({ length: layers }, (_, index): Layer[] => [
      conv2d({ inputChannels: index === 0 ? 3 : channels, outputChannels: channels, kernelSize: 3, random }),
      leakyRelu(0.2),
    ]).flat(),
  );
  return {
    parameters: network.parameters,
    channels: Array.from({ length: levels }, () => channels),
    apply(reduced) {
      const features = network.apply(reduced) as Tensor4D;
      return Array.from({ length: levels }, (_, level) => resized(features, reduction / 2 ** (level + 1)));
    },
  };
}

function resized(features: Tensor4D, scale: number): Tensor4D {
  if (scale === 1) return features;
  if (scale > 1) return enlargeBilinear(features, scale);
  return avgPool(features, 1 / scale, 1 / scale, 'valid');
}
