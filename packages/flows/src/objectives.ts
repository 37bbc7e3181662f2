import { mean, neg, type Scalar, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import type { FlowDistribution, SampleOptions } from './create-flow.ts';

/**
 * What maximum likelihood minimises: -mean ln p(x), the forward Kullback-Leibler divergence from the data up to their entropy, in nats.
 * A pure function for training.
 */
export const forwardKl = (distribution: FlowDistribution, x: Tensor): Scalar =>
  tidy(() => neg(mean(distribution.logProb(x))) as Scalar);

/**
 * mean(ln q(x) - logTarget(x)) over `count` samples x of the flow q: the reverse Kullback-Leibler divergence to a density that is
 * known up to a factor, plus the logarithm of that factor, in nats. Differentiates through the samples (Rezende and Mohamed 2015).
 * Pass `noise` to compile it.
 */
export const reverseKl = (
  distribution: FlowDistribution,
  logTarget: (x: Tensor) => Tensor1D,
  count: number,
  options: SampleOptions,
): Scalar =>
  tidy(() => {
    const { x, logProb } = distribution.sampleWithLogProb(count, options);
    return mean(sub(logProb, logTarget(x))) as Scalar;
  });
