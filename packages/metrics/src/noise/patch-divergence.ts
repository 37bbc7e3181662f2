import { OptionError } from '@deflow/images';
import { type FeatureMoments, featureMoments } from '../distribution/feature-moments.ts';
import { cholesky, forwardSolve } from '../linear-algebra/cholesky.ts';
import { NoNoiseError } from './errors.ts';
import { type ImagePair, pictureChange } from './picture-change.ts';

export interface PatchDivergenceOptions {
  /** Side of a patch in pixels; default 4, which makes vectors of 48 values. */
  readonly size?: number;
}

/** What rounding to 8 bits adds to a variance, in units of 1/255 squared. */
const quantisation = 1 / 12;

/**
 * Kullback-Leibler divergence of patches of synthetic noise from those of real noise, in nats: of the normal distributions
 * with their means and covariances over pixels and channels. From 0, lower is better; unlike `noiseDivergence` it sees
 * correlation. To both covariances the variance of rounding to 8 bits is added, so that noise without it is not infinitely far.
 *
 * @throws PairSizeError when the images of a pair differ in size; NoNoiseError below two patches; OptionError for a size that
 * is no whole number above 0; InvalidSampleError, SampleRangeError
 */
export function patchDivergence(
  real: Iterable<ImagePair>,
  synthetic: Iterable<ImagePair>,
  { size = 4 }: PatchDivergenceOptions = {},
): number {
  if (!Number.isInteger(size) || size < 1)
    throw new OptionError(`A patch cannot be ${size} pixels wide.`, { value: size, remedy: 'Give 1, 2, 3, ...' });
  const [p, q] = [moments(real, size), moments(synthetic, size)];
  const length = p.mean.length;
  const [first, second] = [cholesky(p.covariance, length), cholesky(q.covariance, length)];
  // With covariances L L' and M M': tr((M M')^-1 L L') is the squared length of M^-1 L.
  let doubled = -length;
  for (let column = 0; column < length; column++) {
    const vector = Float64Array.from({ length }, (_, row) => first[row * length + column]!);
    doubled += squaredLength(forwardSolve(second, vector));
    doubled += 2 * Math.log(second[column * (length + 1)]! / first[column * (length + 1)]!);
  }
  doubled += squaredLength(
    forwardSolve(
      second,
      p.mean.map((value, i) => value - q.mean[i]!),
    ),
  );
  return doubled / 2;
}

const squaredLength = (vector: Float64Array) => vector.reduce((sum, value) => sum + value * value, 0);

function moments(pairs: Iterable<ImagePair>, size: number): FeatureMoments {
  const seen = { pairs: 0 };
  const vectors = noisePatches(pairs, size, seen);
  const start = [vectors.next(), vectors.next()];
  if (start.some(({ done }) => done)) throw new NoNoiseError(seen.pairs);
  const all = function* () {
    for (const { value } of start) if (value) yield value;
    yield* vectors;
  };
  const found = featureMoments(all());
  const length = found.mean.length;
  for (let i = 0; i < length; i++) found.covariance[i * (length + 1)]! += quantisation;
  return found;
}

/** The patches of a grid from the top left corner, one vector each: channel by channel, row by row. */
function* noisePatches(
  pairs: Iterable<ImagePair>,
  size: number,
  seen: { pairs: number },
): Generator<Float64Array, undefined> {
  for (const pair of pairs) {
    const { clean, change } = pictureChange(pair, seen.pairs++);
    for (let y = 0; y + size <= clean.height; y += size)
      for (let x = 0; x + size <= clean.width; x += size) {
        const patch = new Float64Array(3 * size * size);
        let at = 0;
        for (const plane of change)
          for (let row = y; row < y + size; row++)
            for (let column = x; column < x + size; column++) patch[at++] = plane[row * clean.width + column]!;
        yield patch;
      }
  }
}
