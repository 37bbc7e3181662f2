import { add, engine, mul, neg, rsqrt, scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { FastGradient } from './fast-gradient.ts';

/**
 * Normalization with given statistics: with r = 1 / sqrt(variance + epsilon), TensorFlow gives the gradients with respect to x (dy scale r),
 * scale (sum of dy (x - mean) r) and offset (sum of dy); those with respect to the statistics follow from them.
 */
const fusedBatchNorm: FastGradient = {
  kernelName: 'FusedBatchNorm',
  requires: 'FusedBatchNormGrad',
  gradients: (dy, [x, mean, variance, scale], attributes) => {
    if (!scale || mean!.rank !== 1 || variance!.rank !== 1 || scale.rank !== 1) return undefined;
    const inputs = { dy, x: x!, scale, mean: mean!, variance: variance! };
    const [dx, dScale, dOffset] = engine().runKernel('FusedBatchNormGrad', inputs, attributes) as unknown as Tensor[];
    const inverse = () => rsqrt(add(variance!, attributes.varianceEpsilon as number));
    return {
      x: () => dx!,
      scale: () => dScale!,
      offset: () => dOffset!,
      mean: () => neg(mul(mul(dOffset!, scale), inverse())),
      variance: () => mul(mul(mul(dScale!, scale), scalar(-0.5)), mul(inverse(), inverse())),
    };
  },
};

export const normalizationGradients: readonly FastGradient[] = [fusedBatchNorm];
