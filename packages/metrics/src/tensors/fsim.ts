import { abs, div, maximum, mul, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { toYiq } from './colour.ts';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { blockMeans } from './filter.ts';
import { channelsOf, gradientMagnitude } from './gradient.ts';
import { phaseCongruency } from './phase-congruency.ts';
import { shrinkFactor } from './shrink.ts';
import { ratioSimilarity, safePower } from './smooth.ts';
import { imageSums } from './totals.ts';

export interface FsimOptions extends TensorComparisonOptions {
  /** Compares colours too (FSIMc); default true. */
  readonly chromatic?: boolean;
}

const constants = { congruency: 0.85, gradient: 160, chroma: 200 };
const chromaExponent = 0.03;

/**
 * Feature similarity (Zhang, Zhang, Mou, Zhang 2011) of each image, [batch]; float32, differentiable. Higher is better.
 * Images are shrunk to about 256 pixels a side.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 8 pixels a side), ValueRangeError
 */
export function fsim(image: Tensor4D, reference: Tensor4D, options: FsimOptions): Tensor1D {
  const { chromatic = true } = options;
  return comparedBatches('FSIM', image, reference, { ...options, minimum: 8 }, (x, y) => {
    const channels = (each: Tensor4D) => channelsOf(blockMeans(toYiq(each), shrinkFactor(each)));
    const [luminance, ...chroma] = channels(x);
    const [otherLuminance, ...otherChroma] = channels(y);
    const [first, second] = [phaseCongruency(luminance!), phaseCongruency(otherLuminance!)];
    const gradients = [luminance!, otherLuminance!].map((each) => gradientMagnitude(each, 'scharr'));
    let similarity: Tensor = mul(
      ratioSimilarity(first, second, constants.congruency),
      ratioSimilarity(gradients[0]!, gradients[1]!, constants.gradient),
    );
    if (chromatic) {
      const [i, q] = chroma.map((channel, at) => ratioSimilarity(channel, otherChroma[at]!, constants.chroma));
      similarity = mul(similarity, safePower(abs(mul(i!, q!)), chromaExponent));
    }
    const weight = maximum(first, second);
    return div(imageSums(mul(similarity, weight)), imageSums(weight)) as Tensor1D;
  });
}
