import type { ParameterTree } from '@deflow/nn';
import { add, div, sigmoid, softplus, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { tidied } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { sumPerSample } from './per-sample.ts';
import { standardNormalLogDensity } from './standard-normal.ts';

/**
 * Uniform de-quantisation (Theis et al. 2016): `values`, whole numbers 0 ... levels - 1 in a float tensor, plus `noise` in [0, 1) of the
 * same shape, divided by `levels`: data in [0, 1) whose density bounds the probability of the values. Score it with
 * `bitsPerDim(logProb, dims, { quantisation: levels })`.
 */
export const dequantise = (values: Tensor, noise: Tensor, levels = 256): Tensor =>
  tidy(() => div(add(values, noise), levels));

/** What `variationalDequantisation` is made of; 256 levels unless given. */
export interface VariationalDequantisationOptions {
  /** A conditional flow of the noise; sees the values, scaled to [-1/2, 1/2), as features: build it with contextChannels = channels. */
  readonly layer: FlowLayer;
  readonly levels?: number;
}

/** De-quantisation with noise that a flow has learned to place. */
export interface VariationalDequantisation {
  readonly parameters: ParameterTree;
  /**
   * De-quantised data in (0, 1) and ln q(noise | values) [batch] in nats. The bound to maximise is
   * logProb(data) - logQ, in the units of `bitsPerDim(logProb - logQ, dims, { quantisation: levels })`.
   */
  apply(values: Tensor, normalNoise: Tensor): { data: Tensor; logQ: Tensor1D };
}

/**
 * Variational de-quantisation (Flow++, Ho et al. 2019): noise u = sigmoid(layer^-1(normal noise; values)) in (0, 1), with
 *
 *     ln q(u | values) = ln N(normal noise) - ln|det| of the layer's inverse - sum(ln u (1 - u))
 *
 * The values are whole numbers 0 ... levels - 1, the noise standard normal of the same shape.
 */
export function variationalDequantisation({
  layer,
  levels = 256,
}: VariationalDequantisationOptions): VariationalDequantisation {
  if (!(Number.isInteger(levels) && levels > 0)) {
    throw new FlowConfigurationError(`There are no ${levels} levels.`, {
      remedy: 'Use a whole number above 0.',
      value: levels,
    });
  }
  return {
    parameters: layer.parameters,
    apply: (values, normalNoise) =>
      tidied(() => {
        const features = sub(div(values, levels), 0.5);
        const { x, logDet } = layer.inverse(normalNoise, features);
        const slopes = sumPerSample(add(softplus(x), softplus(sub(0, x))));
        const logQ = add(sub(standardNormalLogDensity(normalNoise), logDet), slopes) as Tensor1D;
        return { data: dequantise(values, sigmoid(x), levels), logQ };
      }),
  };
}
