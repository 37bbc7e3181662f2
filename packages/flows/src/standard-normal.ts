import { add, mul, square, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { sumPerSample } from './per-sample.ts';

/** ln N(z; 0, I) = -(z^2 + ln 2 pi) / 2, summed over everything of a sample: [batch, ...] to [batch], in nats. */
export const standardNormalLogDensity = (z: Tensor): Tensor1D =>
  tidy(() => mul(sumPerSample(add(square(z), Math.log(2 * Math.PI))), -0.5));
