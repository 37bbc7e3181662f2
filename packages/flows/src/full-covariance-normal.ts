import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  customGrad,
  log,
  mul,
  neg,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { choleskyFactor } from './cholesky.ts';
import { mixChannels } from './mix-channels.ts';
import { sumPerSample } from './per-sample.ts';
import { channelsOf, positionsOf } from './shape.ts';
import { identityMatrix, invertLowerTriangular } from './triangular.ts';

/**
 * ln N(z; mean, C) with C = I + A A^T at every position, summed over the positions of a sample: [batch, ..., channels] to [batch],
 * in nats (DeFlow, Wolf et al. 2021, equations 9 to 11). `mean` [channels], `a` [channels, channels].
 *
 *     -(ln det C + channels ln 2 pi + (z - mean)^T C^-1 (z - mean)) / 2
 *
 * C = L L^T gives ln det C = 2 sum ln diag L and C^-1 = L^-T L^-1. The gradients are closed forms, so that nothing is
 * differentiated through the factorisation: with d = z - mean, r = C^-1 d, g the incoming gradient,
 *
 *     dz = -g r,   dmean = sum(g r),   dA = (sum(g r r^T) - sum(g positions) C^-1) A
 */
export function fullCovarianceNormalLogDensity(z: Tensor, mean: Tensor, a: Tensor2D): Tensor1D {
  const channels = channelsOf(z);
  const positions = positionsOf(z);
  const batch = z.shape[0];

  const density = customGrad((...inputs) => {
    const [z, mean, a, save] = inputs as unknown as [Tensor, Tensor, Tensor2D, (tensors: Tensor[]) => void];
    const factor = choleskyFactor(add(identityMatrix(channels), matrixProduct(a, a, { transposeB: true })) as Tensor2D);
    const whitening = invertLowerTriangular(factor);
    const precision = matrixProduct(whitening, whitening, { transposeA: true }) as Tensor2D;
    const difference = sub(z, mean);
    const weighted = mixChannels(difference, precision);
    const logDeterminant = mul(2, sum(log(sum(mul(factor, identityMatrix(channels)), 1))));
    const constant = mul(add(logDeterminant, channels * Math.log(2 * Math.PI)), positions);
    save([weighted, precision, a]);
    const value = mul(add(sumPerSample(mul(difference, weighted)), constant), -0.5);
    const gradFunc = (incoming: Tensor, [weighted, precision, a]: Tensor[]) => {
      const g = reshape(incoming, [batch, ...z.shape.slice(1).map(() => 1)]);
      const scaled = mul(weighted, g);
      const rows = (x: Tensor) => reshape(x, [-1, channels]) as Tensor2D;
      const spread = matrixProduct(rows(scaled), rows(weighted), { transposeA: true });
      const pull = sub(spread, mul(precision, mul(sum(incoming), positions)));
      return [neg(scaled), sum(rows(scaled), 0), matrixProduct(pull, a)];
    };
    return { value, gradFunc };
  });
  return tidy(() => density(z, mean, a) as Tensor1D);
}
