import { add, exp, mul, neg, square, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { sumPerSample } from './per-sample.ts';

/**
 * ln N(z; mean, diag(exp(2 logStd))) summed over everything of a sample: [batch, ...] to [batch], in nats. `mean` and `logStd`
 * have the shape of `z` or one that broadcasts to it, such as [channels].
 *
 *     -((z - mean)^2 exp(-2 logStd) + 2 logStd + ln 2 pi) / 2
 */
export const diagonalNormalLogDensity = (z: Tensor, mean: Tensor, logStd: Tensor): Tensor1D =>
  tidy(() => {
    const standardised = mul(sub(z, mean), exp(neg(logStd)));
    const twice = add(square(standardised), add(mul(logStd, 2), Math.log(2 * Math.PI)));
    return mul(sumPerSample(twice), -0.5);
  });
