import { type FlowLayer, invertibleConv1x1 } from '@deflow/flows';
import type { Random } from '@deflow/images';
import { type Conv2d, constant, conv2d, createParameter, zeros } from '@deflow/nn';
import {
  add,
  div,
  exp,
  log,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tanh,
} from '@tensorflow/tfjs-core';
import type { DiagonalShiftConfig } from './config.ts';
import type { DomainShift } from './domain-shift.ts';

export interface DiagonalShiftOptions extends DiagonalShiftConfig {
  readonly channels: number;
  readonly featureChannels: number;
  readonly random: Random;
}

/**
 * Sigma = diag(sigma²) behind a learned 1x1 convolution that starts as the identity. N(0, I) looks the same in every rotation,
 * so a constant Sigma loses nothing against A Aᵀ, needs no inverse, and may differ from place to place:
 * sigma = exp(a + bound · tanh(g(features) / bound)) with a 1x1 convolution g that starts at zero.
 */
export function diagonalShift(options: DiagonalShiftOptions): DomainShift {
  const { channels, featureChannels, start, bound, random } = options;
  const mean = createParameter([channels], zeros(), random);
  const logDeviation = createParameter([channels], constant(Math.log(start)), random);
  const rotation: FlowLayer = invertibleConv1x1({ channels, start: 'identity', random });
  const network: Conv2d | undefined = options.dependsOnConditioning
    ? conv2d({ inputChannels: featureChannels, outputChannels: channels, kernelSize: 1, start: zeros(), random })
    : undefined;

  const deviation = (features: Tensor4D): Tensor => {
    if (!network) return exp(logDeviation);
    return exp(add(logDeviation, mul(bound, tanh(div(network.apply(features), bound)))));
  };

  return {
    dependsOnFeatures: network !== undefined,
    parameters: {
      mean,
      logDeviation,
      rotation: rotation.parameters,
      ...(network ? { network: network.parameters } : {}),
    },
    quick: [mean, logDeviation, ...Object.values(rotation.parameters)] as DomainShift['quick'],
    rotation,
    logDensity(latent, features) {
      const variance = add(square(deviation(features)), 1);
      const distance = div(square(sub(latent, mean)), variance);
      const terms = add(add(distance, log(variance)), Math.log(2 * Math.PI));
      return mul(-0.5, sum(terms, [1, 2, 3])) as Tensor1D;
    },
    degrade: (latent, noise, features) => add(add(latent, mean), mul(deviation(features), noise)) as Tensor4D,
    restore(latent, cleanNoise, noise, features) {
      const sigma = deviation(features);
      const innovation = sub(sub(sub(latent, mean), cleanNoise), mul(sigma, noise));
      return add(cleanNoise, div(innovation, add(square(sigma), 1))) as Tensor4D;
    },
  };
}
