import { createRandom, OptionError, type Random } from '@deflow/images';
import { checkChoice } from '../input/choice.ts';
import { addProducts, type Rows } from '../linear-algebra/multiply-transposed.ts';
import { checkFeatureSets, type FeatureSet } from './feature-set.ts';

export interface KernelDistanceOptions {
  /** `unbiased` (default; may be below 0) leaves out each vector's product with itself, `biased` keeps it. */
  readonly estimator?: 'unbiased' | 'biased';
}

export interface KernelDistanceBlocksOptions extends KernelDistanceOptions {
  /** How many random blocks are drawn; default 100. */
  readonly blocks?: number;
  /** Vectors of each set in a block, drawn without replacement; default 1000, or all of the smaller set. */
  readonly size?: number;
  /** Of the draw; default 0. The same seed gives the same numbers everywhere. */
  readonly seed?: number | string;
}

/** The kernel distances of random blocks of two sets. */
export interface KernelDistanceBlocks {
  readonly mean: number;
  /** Standard deviation over the blocks (of the population), which papers give after the mean. */
  readonly deviation: number;
  readonly each: Float64Array;
}

/**
 * Squared maximum mean discrepancy of two feature sets with the kernel (x y / length + 1)^3, over all vectors: 0 for the
 * same distribution, lower is better. With the features of the Inception network for it this is KID (Binkowski et al.
 * 2018) without random blocks, so that it is the same at every call.
 *
 * @throws FeatureSetError, OptionError
 */
export function kernelDistance(first: FeatureSet, second: FeatureSet, options: KernelDistanceOptions = {}): number {
  const length = checkFeatureSets(first, second);
  return distanceOf(packed(first, length), packed(second, length), options);
}

/**
 * KID as papers give it: the mean of the kernel distance over random blocks of both sets, drawn by the seed.
 *
 * @throws FeatureSetError; OptionError unless there is a block and its size is 2 to that of the smaller set
 */
export function kernelDistanceBlocks(
  first: FeatureSet,
  second: FeatureSet,
  options: KernelDistanceBlocksOptions = {},
): KernelDistanceBlocks {
  const length = checkFeatureSets(first, second);
  const most = Math.min(first.length, second.length);
  const { blocks = 100, size = Math.min(1000, most), seed = 0, ...rest } = options;
  if (!(Number.isInteger(blocks) && blocks > 0 && Number.isInteger(size) && size > 1 && size <= most))
    throw new OptionError(`Cannot draw ${blocks} blocks of ${size} vectors.`, {
      value: { blocks, size },
      remedy: `Give at least one block of 2 to ${most} vectors.`,
    });
  const random = createRandom(seed);
  const each = Float64Array.from({ length: blocks }, () => {
    const [a, b] = [drawn(first, size, random), drawn(second, size, random)];
    return distanceOf(packed(a, length), packed(b, length), rest);
  });
  const mean = each.reduce((sum, value) => sum + value, 0) / blocks;
  const variance = each.reduce((sum, value) => sum + (value - mean) ** 2, 0) / blocks;
  return { mean, deviation: Math.sqrt(variance), each };
}

/** The first `size` of a shuffled set. */
function drawn(set: FeatureSet, size: number, random: Random): FeatureSet {
  const indices = Int32Array.from({ length: set.length }, (_, i) => i);
  return Array.from({ length: size }, (_, i) => {
    const other = i + random.integer(set.length - i);
    const index = indices[other]!;
    indices[other] = indices[i]!;
    return set[index]!;
  });
}

function packed(set: FeatureSet, length: number): Rows {
  const data = new Float64Array(set.length * length);
  set.forEach((vector, index) => {
    data.set(vector, index * length);
  });
  return { data, count: set.length, length };
}

function distanceOf(first: Rows, second: Rows, { estimator = 'unbiased' }: KernelDistanceOptions): number {
  checkChoice('estimator', estimator, ['unbiased', 'biased']);
  const across = kernelSum(first, second) / (first.count * second.count);
  return within(first, estimator) + within(second, estimator) - 2 * across;
}

function within(set: Rows, estimator: 'unbiased' | 'biased'): number {
  const sum = kernelSum(set, set);
  if (estimator === 'biased') return sum / set.count ** 2;
  let own = 0;
  for (let i = 0; i < set.count; i++) own += kernelSum(part(set, i, i + 1), part(set, i, i + 1));
  return (sum - own) / (set.count * (set.count - 1));
}

const blockSize = 512;

const part = ({ data, length, count }: Rows, from: number, to: number): Rows => {
  const end = Math.min(to, count);
  return { data: data.subarray(from * length, end * length), count: end - from, length };
};

/** The sum of the kernel over all pairs, a block of the table of products at a time; of one set with itself half of them. */
function kernelSum(first: Rows, second: Rows): number {
  let sum = 0;
  for (let i = 0; i < first.count; i += blockSize) {
    const end = first === second ? i + 1 : second.count;
    for (let j = 0; j < end; j += blockSize) {
      const mirrored = first === second && j < i;
      sum += (mirrored ? 2 : 1) * blockSum(part(first, i, i + blockSize), part(second, j, j + blockSize));
    }
  }
  return sum;
}

function blockSum(a: Rows, b: Rows): number {
  const products = new Float64Array(a.count * b.count);
  addProducts(products, a, b);
  let sum = 0;
  for (let k = 0; k < products.length; k++) {
    const base = products[k]! / a.length + 1;
    sum += base * base * base;
  }
  return sum;
}
