import { choleskyFactor, fullCovarianceNormalLogDensity, invertLowerTriangular, mixChannels } from '@deflow/flows';
import type { Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import { createParameter, zeros } from '@deflow/nn';
import { add, eye, mul, sub, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { DomainShift } from './domain-shift.ts';

export interface FullShiftOptions {
  readonly channels: number;
  /** A = start · I at first. */
  readonly start: number;
  readonly random: Random;
}

/** The published shift: mu and Sigma = A Aᵀ over all channels of a position, the same everywhere (spec 1.3). */
export function fullShift({ channels, start, random }: FullShiftOptions): DomainShift {
  const mean = createParameter([channels], zeros(), random);
  const factor = createParameter([channels, channels], zeros(), random);
  tidy(() => factor.assign(mul(eye(channels), start)));
  const a = factor as Tensor2D;
  return {
    parameters: { mean, factor },
    dependsOnFeatures: false,
    quick: [mean, factor],
    logDensity: (latent) => fullCovarianceNormalLogDensity(latent, mean, a),
    degrade: (latent, noise) => add(add(latent, mean), mixChannels(noise, a)) as Tensor4D,
    restore(latent, cleanNoise, noise) {
      const whitening = invertLowerTriangular(
        choleskyFactor(add(eye(channels), matrixProduct(a, a, { transposeB: true })) as Tensor2D),
      );
      const precision = matrixProduct(whitening, whitening, { transposeA: true }) as Tensor2D;
      const innovation = sub(sub(sub(latent, mean), cleanNoise), mixChannels(noise, a));
      return add(cleanNoise, mixChannels(innovation, precision)) as Tensor4D;
    },
  };
}
