import { matrixProduct } from '@deflow/images/tensors';
import { add, exp, mul, sub, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { choleskyFactor } from '../cholesky.ts';
import type { CouplingNetwork } from '../coupling-network.ts';
import { fullCovarianceNormalLogDensity } from '../full-covariance-normal.ts';
import { mixChannels } from '../mix-channels.ts';
import { parameter } from '../parameter.ts';
import { samePerSample } from '../per-sample.ts';
import { positionsOf, type Shape } from '../shape.ts';
import { standardNormalLogDensity } from '../standard-normal.ts';
import { identityMatrix, invertLowerTriangular, strictlyLowerMask } from '../triangular.ts';
import { type Base, defineBase } from './base.ts';
import { conditionalNormal } from './conditional-normal.ts';

/** What `fullCovarianceNormal` is made of. */
export interface FullCovarianceNormalOptions {
  /** Of one sample: [dimensions] or [height, width, channels]; the covariance is that of the channels at each position. */
  readonly shape: Shape;
  /** How the covariance is learned: its Cholesky factor, or A in I + A A^T (DeFlow, Wolf et al. 2021), which never falls below I. */
  readonly form?: 'cholesky' | 'identityPlus';
  /**
   * Makes the base conditional, at each position by itself: sees the context only (inputChannels 0) and gives, for c channels,
   * [mean | logDiagonal | factor], c (2 + c) numbers, or in the other form [mean | A - 0.1 I], c (1 + c) numbers.
   */
  readonly network?: CouplingNetwork;
}

/**
 * A learned N(mean, C) at every position, starting as N(0, I), or N(0, 1.01 I) where A = 0 would be a saddle point:
 *
 *     'cholesky':      C = L L^T,  L = strictly lower part of `factor` plus diag(exp(logDiagonal))
 *     'identityPlus':  C = I + A A^T
 *     x = mean + temperature L noise
 *
 * Throws `FlowConfigurationError` when the network does not fit, `FlowContextError` without the context that it needs.
 */
export function fullCovarianceNormal({ shape, form = 'cholesky', network }: FullCovarianceNormalOptions): Base {
  if (network) return conditionalNormal(shape, form, network);
  const channels = shape[shape.length - 1];
  const mean = parameter([channels]);
  const common = { kind: `fullCovarianceNormal(${form})`, shape, noiseShape: shape };
  const sample = (noise: Tensor, temperature: Parameters<typeof mul>[1], factor: Tensor2D) =>
    add(mean, mixChannels(mul(noise, temperature), factor));
  if (form === 'identityPlus') {
    const start = Array.from({ length: channels ** 2 }, (_, at) => (at % (channels + 1) === 0 ? 0.1 : 0));
    const learned = parameter([channels, channels], start);
    const a = learned as unknown as Tensor2D;
    return defineBase({
      ...common,
      parameters: { mean, a: learned },
      logProb: (x) => fullCovarianceNormalLogDensity(x, mean, a),
      fromNoise(noise, { temperature = 1 } = {}) {
        const covariance = add(identityMatrix(channels), matrixProduct(a, a, { transposeB: true })) as Tensor2D;
        return sample(noise, temperature, choleskyFactor(covariance));
      },
    });
  }
  const factor = parameter([channels, channels]);
  const logDiagonal = parameter([channels]);
  const lower = () =>
    add(mul(factor, strictlyLowerMask(channels)), mul(identityMatrix(channels), exp(logDiagonal))) as Tensor2D;
  return defineBase({
    ...common,
    parameters: { mean, factor, logDiagonal },
    logProb(x) {
      const white = mixChannels(sub(x, mean), invertLowerTriangular(lower()));
      const logDeterminant = samePerSample(sum(logDiagonal), positionsOf(x), x.shape[0]);
      return sub(standardNormalLogDensity(white), logDeterminant);
    },
    fromNoise: (noise, { temperature = 1 } = {}) => sample(noise, temperature, lower()),
  });
}
