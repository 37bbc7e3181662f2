import type { FlowLayer } from '@deflow/flows';
import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import type { Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { DeFlowConfig } from './config.ts';
import { diagonalShift } from './diagonal-shift.ts';
import { fullShift } from './full-shift.ts';

/**
 * What separates the domains in one latent: a clean latent is z ~ N(0, I) per position, a degraded one z + u with
 * u ~ N(mu, Sigma) independent of z, so N(mu, I + Sigma) (spec 1.2). All tensors are [batch, height, width, channels].
 */
export interface DomainShift {
  readonly parameters: ParameterTree;
  /** Whether the methods look at `features`. */
  readonly dependsOnFeatures: boolean;
  /** The parameters to which the training's `shiftLearningRateFactor` applies. */
  readonly quick: readonly Variable[];
  /** Turns the latent's channels into those in which the shift acts; belongs to the flow. */
  readonly rotation?: FlowLayer;
  /** ln N(latent; mu, I + Sigma), summed over positions and channels: [batch]. */
  logDensity(latent: Tensor4D, features: Tensor4D): Tensor1D;
  /** Clean to degraded: latent + mu + sqrt(Sigma) · noise. */
  degrade(latent: Tensor4D, noise: Tensor4D, features: Tensor4D): Tensor4D;
  /**
   * Degraded to clean: a draw from the Gaussian posterior of z given z + u, N(P (latent − mu), Sigma P) with P = (I + Sigma)⁻¹.
   * Made as z' + P (latent − mu − z' − sqrt(Sigma) · noise) with z' = `cleanNoise`, which needs no square root of Sigma P;
   * both noises zero give the posterior's mean.
   */
  restore(latent: Tensor4D, cleanNoise: Tensor4D, noise: Tensor4D, features: Tensor4D): Tensor4D;
}

export interface DomainShiftOptions {
  readonly channels: number;
  /** Channels of the conditioning features at the latent's level. */
  readonly featureChannels: number;
  readonly config: DeFlowConfig['shift'];
  readonly random: Random;
}

/** The shift that `config` describes, for one latent. */
export const domainShift = ({ config, ...shape }: DomainShiftOptions): DomainShift =>
  config.kind === 'full' ? fullShift({ ...shape, ...config }) : diagonalShift({ ...shape, ...config });
