import { exp, mul, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { FlowLayer } from './flow-layer.ts';

/**
 * An ActNorm as a part of the linear map in front of it: (W x + bias) exp(logs) = (W scale) x + shift, with `scale` on the outputs of
 * W. Saves the passes over all positions, and keeping what they start from for the gradient.
 */
export function foldedNorm({ parameters }: FlowLayer): { readonly scale: Tensor; readonly shift: Tensor } {
  const { bias, logs } = parameters as { readonly bias: Variable; readonly logs: Variable };
  const scale = exp(logs);
  return { scale, shift: mul(bias, scale) };
}
