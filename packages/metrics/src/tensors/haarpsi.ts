import {
  abs,
  add,
  div,
  log,
  maximum,
  mul,
  pad,
  scalar,
  sigmoid,
  split,
  square,
  sub,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { toYiq } from './colour.ts';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { halvedWithZeros, joined, validFilter, withZeros } from './filter.ts';
import { channelsOf } from './gradient.ts';
import { ratioSimilarity } from './smooth.ts';
import { imageSums } from './totals.ts';

export interface HaarPsiOptions extends TensorComparisonOptions {
  /** Halves the images first, as the authors do; default true. */
  readonly subsample?: boolean;
}

const constant = 30;
const steepness = 4.2;

/**
 * Haar wavelet-based perceptual similarity (Reisenhofer, Bosse, Kutyniok, Wiegand 2018) with colours of each image,
 * [batch]; float32, differentiable. Higher is better.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 16 pixels a side), ValueRangeError
 */
export function haarPsi(image: Tensor4D, reference: Tensor4D, options: HaarPsiOptions): Tensor1D {
  const { subsample = true } = options;
  return comparedBatches('HaarPSI', image, reference, { ...options, minimum: 16 }, (x, y) => {
    const [distorted, original] = [x, y].map((each) => {
      const yiq = toYiq(each);
      return subsample ? halvedWithZeros(yiq) : yiq;
    }) as [Tensor4D, Tensor4D];
    const [luminance, ...chroma] = channelsOf(distorted);
    const [otherLuminance, ...otherChroma] = channelsOf(original);
    const maps = (['rows', 'columns'] as const).map((way) => luminanceMaps(luminance!, otherLuminance!, way));
    const similarity = joined(...maps.map((each) => each.similarity), colourSimilarity(chroma, otherChroma));
    const weights = maps.map((each) => each.weight);
    const weight = joined(...weights, mul(add(weights[0]!, weights[1]!), scalar(0.5)));
    return score(similarity, weight);
  });
}

function luminanceMaps(distorted: Tensor4D, original: Tensor4D, way: 'rows' | 'columns') {
  const [first, second] = [distorted, original].map((x) => [2, 4, 8].map((size) => response(x, size, way)));
  const similar = [0, 1].map((level) => ratioSimilarity(first![level]!, second![level]!, constant));
  return {
    similarity: mul(add(similar[0]!, similar[1]!), scalar(0.5)) as Tensor4D,
    weight: maximum(first![2]!, second![2]!) as Tensor4D,
  };
}

/** |response| to the Haar filter of `size` x `size` with values +-1/size; zeros surround the plane. */
function response(x: Tensor4D, size: number, way: 'rows' | 'columns'): Tensor4D {
  const box = new Float32Array(size).fill(1 / size);
  const step = Float32Array.from({ length: size }, (_, i) => (i < size / 2 ? 1 : -1));
  const filter = way === 'rows' ? { down: step, along: box } : { down: box, along: step };
  return abs(validFilter(withZeros(x, size / 2 - 1, size / 2), filter));
}

/** Of the means over 2 x 2 of I and Q. */
function colourSimilarity(chroma: readonly Tensor4D[], otherChroma: readonly Tensor4D[]): Tensor4D {
  const half = [0.5, 0.5];
  const means = ([i, q]: readonly Tensor4D[]) => {
    const padded = pad(joined(i!, q!), [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
    return abs(validFilter(padded, { down: half, along: half }));
  };
  const [i, q] = split(ratioSimilarity(means(chroma), means(otherChroma), constant), 2, 3);
  return mul(add(i!, q!), scalar(0.5));
}

function score(similarity: Tensor4D, weight: Tensor4D): Tensor1D {
  const tiny = scalar(Number.EPSILON);
  const weighted = imageSums(mul(sigmoid(mul(similarity, scalar(steepness))), weight));
  const mean = div(add(weighted, tiny), add(imageSums(weight), tiny));
  const logit = log(div(mean, sub(scalar(1), mean)));
  return square(mul(logit, scalar(1 / steepness))) as Tensor1D;
}
