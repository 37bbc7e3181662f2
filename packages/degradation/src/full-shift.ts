import {
  add,
  eye,
  matMul,
  mul,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import type { DomainShift } from './domain-shift.ts';
import { inverseAndLogDet, multiplyChannels } from './positive-definite.ts';

export interface FullShiftOptions {
  readonly channels: number;
  /** A = start · I at first. */
  readonly start: number;
}

const image = [1, 2, 3];

/** The published shift: mu and Sigma = A Aᵀ over all channels of a position, the same everywhere (spec 1.3). */
export function fullShift({ channels, start }: FullShiftOptions): DomainShift {
  const mean = variable(zeros([channels]));
  const factor = variable(mul(eye(channels), start)) as unknown as Tensor2D & typeof mean;
  const covariance = () => add(eye(channels), matMul(factor, factor, false, true)) as Tensor2D;
  return {
    parameters: { mean, factor },
    quick: [mean, factor],
    logDensity(latent) {
      const { inverse, logDet } = inverseAndLogDet(covariance());
      const [, height, width] = latent.shape;
      const centred = sub(latent, mean);
      const distance = sum(mul(centred, multiplyChannels(centred, inverse)), image);
      const perPosition = add(logDet, channels * Math.log(2 * Math.PI));
      return mul(-0.5, add(mul(perPosition, height * width), distance)) as Tensor1D;
    },
    degrade: (latent, noise) => add(add(latent, mean), multiplyChannels(noise, factor)) as Tensor4D,
    restore(latent, cleanNoise, noise) {
      const { inverse } = inverseAndLogDet(covariance());
      const innovation = sub(sub(sub(latent, mean), cleanNoise), multiplyChannels(noise, factor));
      return add(cleanNoise, multiplyChannels(innovation, inverse)) as Tensor4D;
    },
  };
}

/** ln N(latent; 0, I), summed over positions and channels of [batch, height, width, channels]: [batch]. */
export function cleanLogDensity(latent: Tensor4D): Tensor1D {
  const [, height, width, channels] = latent.shape;
  const constant = height * width * channels * Math.log(2 * Math.PI);
  return mul(-0.5, add(sum(square(latent), image), constant)) as Tensor1D;
}
