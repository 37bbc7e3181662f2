import { add, mul, Tensor, tidy } from '@tensorflow/tfjs-core';
import { LikelihoodError } from './errors.ts';

/** In what steps the data were quantised; 256 levels unless given. */
export interface BitsPerDimOptions {
  /** Quantisation levels in the unit range that the data are given in: the de-quantisation noise is 1 / quantisation wide. */
  readonly quantisation?: number;
}

/**
 * What it costs to store the data, in bits for each of `dims` numbers:
 *
 *     -logLikelihood / (dims ln 2) + log2(quantisation)
 *
 * `logLikelihood`: natural log of the density of the de-quantised data, at unit range. A tensor [batch] gives a tensor
 * (a pure function for training); a number gives a number, and throws `LikelihoodError` when it is NaN.
 */
export function bitsPerDim(logLikelihood: number, dims: number, options?: BitsPerDimOptions): number;
export function bitsPerDim<T extends Tensor>(logLikelihood: T, dims: number, options?: BitsPerDimOptions): T;
export function bitsPerDim(
  logLikelihood: number | Tensor,
  dims: number,
  { quantisation = 256 }: BitsPerDimOptions = {},
): number | Tensor {
  const factor = -1 / (dims * Math.LN2);
  const width = Math.log2(quantisation);
  if (logLikelihood instanceof Tensor) return tidy(() => add(mul(logLikelihood, factor), width));
  if (Number.isNaN(logLikelihood)) {
    throw new LikelihoodError('The log-likelihood is NaN.', {
      remedy: 'Look for NaN in the data, or lower the learning rate: the model has diverged.',
      value: logLikelihood,
    });
  }
  return logLikelihood * factor + width;
}

/**
 * The mean of `bitsPerDim` over a batch of log-likelihoods [batch], read from the device: for evaluation. Throws `LikelihoodError` that
 * counts the samples whose likelihood is NaN, and never leaves them out of the mean.
 */
export async function meanBitsPerDim(
  logLikelihood: Tensor,
  dims: number,
  options?: BitsPerDimOptions,
): Promise<number> {
  const values = await logLikelihood.data<'float32'>();
  const bad = values.filter(Number.isNaN).length;
  if (bad > 0) {
    throw new LikelihoodError(`${bad} of ${values.length} log-likelihoods are NaN.`, {
      remedy: 'Look for NaN in the data, or lower the learning rate: the model has diverged.',
      value: bad,
    });
  }
  return bitsPerDim(values.reduce((total, value) => total + value, 0) / values.length, dims, options);
}
