import { ImageSizeError, OptionError } from '../errors.ts';

/** The linear map of one axis: `output[x] = sum over k < taps of weights[x * taps + k] * input[indices[x * taps + k]]`. */
export interface ResizeWeights {
  readonly inputLength: number;
  readonly outputLength: number;
  readonly taps: number;
  /** Positions in the input, the border already reflected (edge sample repeated). */
  readonly indices: Int32Array;
  /** Each output's weights sum to 1. */
  readonly weights: Float64Array;
}

/** The cubic convolution kernel of Keys (1981), a = -1/2. */
function cubic(t: number): number {
  const x = Math.abs(t);
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x <= 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

/** Mirrors any index into [0, length), the edge sample repeated: ... 1 0 | 0 1 ... n-1 | n-1 n-2 ... */
export function mirrorIndex(index: number, length: number): number {
  const period = 2 * length;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - 1 - wrapped;
}

/**
 * The weights of MATLAB's `imresize(..., 'bicubic')` along one axis: cubic convolution, widened by 1/scale when shrinking
 * (antialiasing), centres aligned (output x, counted from 1, sits at x/scale + (1 - 1/scale)/2).
 *
 * @param scale enlargement; the default is `outputLength / inputLength`.
 * @throws ImageSizeError when a length is no positive whole number, OptionError when the scale is not positive.
 */
export function resizeWeights(
  inputLength: number,
  outputLength: number,
  scale: number = outputLength / inputLength,
): ResizeWeights {
  for (const length of [inputLength, outputLength])
    if (!Number.isInteger(length) || length < 1)
      throw new ImageSizeError(`Cannot resize ${inputLength} samples to ${outputLength}.`, {
        value: length,
        remedy: 'Both lengths are whole numbers of at least 1.',
      });
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new OptionError(`Cannot resize by ${scale}.`, { value: scale, remedy: 'Give a scale above 0, like 0.25.' });
  const shrink = Math.min(scale, 1);
  const support = 4 / shrink;
  const taps = Math.ceil(support) + 2;
  const indices = new Int32Array(outputLength * taps);
  const weights = new Float64Array(outputLength * taps);
  for (let x = 0; x < outputLength; x++) {
    const centre = (x + 1) / scale + 0.5 * (1 - 1 / scale);
    const first = Math.floor(centre - support / 2);
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const weight = shrink * cubic(shrink * (centre - first - k));
      indices[x * taps + k] = mirrorIndex(first + k - 1, inputLength);
      weights[x * taps + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taps; k++) weights[x * taps + k]! /= sum;
  }
  return withoutEmptyTaps({ inputLength, outputLength, taps, indices, weights });
}

/** Drops the taps that weigh nothing for every output. */
function withoutEmptyTaps(full: ResizeWeights): ResizeWeights {
  const { taps, outputLength, indices, weights } = full;
  const kept = Array.from({ length: taps }, (_, k) => k).filter((k) => {
    for (let x = 0; x < outputLength; x++) if (weights[x * taps + k] !== 0) return true;
    return false;
  });
  const pick = <Values extends Int32Array | Float64Array>(from: Values, to: Values): Values => {
    for (let x = 0; x < outputLength; x++)
      for (let k = 0; k < kept.length; k++) to[x * kept.length + k] = from[x * taps + kept[k]!]!;
    return to;
  };
  const count = outputLength * kept.length;
  return {
    ...full,
    taps: kept.length,
    indices: pick(indices, new Int32Array(count)),
    weights: pick(weights, new Float64Array(count)),
  };
}
