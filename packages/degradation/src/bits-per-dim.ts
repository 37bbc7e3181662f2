import { add, mul, type Tensor1D } from '@tensorflow/tfjs-core';

/** The size of an image or latent without its batch axis. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Bits per dimension of RGB images whose values are spread over bins of width 1 / levels:
 * −ln p(v) / (ln 2 · 3 H W) + log2(levels). `logDensity` is ln p(v), [batch].
 */
export const bitsPerDimension = (logDensity: Tensor1D, { height, width }: Size, levels: number): Tensor1D =>
  add(mul(logDensity, -1 / (Math.LN2 * 3 * height * width)), Math.log2(levels));

/**
 * The number that the published program reports for the same model: bits per pixel position (three channels together), with the
 * constant of the bins counted once and not three times. 3 · bitsPerDim − 2 · log2(levels).
 */
export const publishedNegativeLogLikelihood = (bitsPerDim: number, levels: number): number =>
  3 * bitsPerDim - 2 * Math.log2(levels);
