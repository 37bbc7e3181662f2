import { addProducts } from '../linear-algebra/multiply-transposed.ts';
import { mirror } from '../linear-algebra/semidefinite-factor.ts';
import { FeatureSetError } from './errors.ts';

/** Mean and covariance of a feature set: all that `frechetDistance` needs of it. */
export interface FeatureMoments {
  readonly mean: Float64Array;
  /** Row-major, divided by the number of vectors less one. */
  readonly covariance: Float64Array;
  /** How many vectors they are of. */
  readonly count: number;
}

const chunkSize = 256;

/**
 * Mean and covariance of feature vectors, which are asked for one after the other and not kept: the memory is that of the
 * covariance, however many images there are.
 *
 * @throws FeatureSetError for fewer than two vectors, vectors of unequal length or values that are not finite
 */
export function featureMoments(vectors: Iterable<ArrayLike<number>>): FeatureMoments {
  let sums: Sums | undefined;
  let chunk: ArrayLike<number>[] = [];
  for (const vector of vectors) {
    chunk.push(vector);
    if (chunk.length < chunkSize) continue;
    sums = added(sums ?? emptySums(chunk), chunk);
    chunk = [];
  }
  sums ??= emptySums(chunk);
  if (chunk.length > 0) sums = added(sums, chunk);
  return finished(sums);
}

/** Sums over vectors less `origin`, which lies near their mean: little is lost when that is taken away. */
interface Sums {
  readonly origin: Float64Array;
  readonly linear: Float64Array;
  /** Only what is on and below the diagonal counts. */
  readonly products: Float64Array;
  readonly count: number;
}

function emptySums(chunk: readonly ArrayLike<number>[]): Sums {
  const size = chunk[0]?.length ?? 0;
  const origin = Float64Array.from({ length: size }, (_, i) => {
    const mean = chunk.reduce((sum, vector) => sum + vector[i]!, 0) / chunk.length;
    return Number.isFinite(mean) ? mean : 0;
  });
  return { origin, linear: new Float64Array(size), products: new Float64Array(size * size), count: 0 };
}

function added({ origin, linear, products, count }: Sums, chunk: readonly ArrayLike<number>[]): Sums {
  const size = origin.length;
  const turned = new Float64Array(size * chunk.length);
  chunk.forEach((vector, column) => {
    checkVector(vector, size, count + column);
    for (let i = 0; i < size; i++) {
      const value = vector[i]! - origin[i]!;
      turned[i * chunk.length + column] = value;
      linear[i]! += value;
    }
  });
  const rows = { data: turned, count: size, length: chunk.length };
  addProducts(products, rows, rows);
  return { origin, linear, products, count: count + chunk.length };
}

function finished({ origin, linear, products, count }: Sums): FeatureMoments {
  if (count < 2) throw new FeatureSetError(`one has ${count} vectors.`, count);
  const size = origin.length;
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      products[i * size + j] = (products[i * size + j]! - (linear[i]! * linear[j]!) / count) / (count - 1);
  mirror(products, size);
  return { mean: origin.map((value, i) => value + linear[i]! / count), covariance: products, count };
}

/** Throws a FeatureSetError unless a vector has this many values, all of them finite. */
export function checkVector(vector: ArrayLike<number>, length: number, index: number): void {
  if (vector.length !== length || length === 0)
    throw new FeatureSetError(`vector ${index} has ${vector.length} values, the first one ${length}.`, index);
  for (let i = 0; i < length; i++)
    if (!Number.isFinite(vector[i])) throw new FeatureSetError(`value ${i} of vector ${index} is ${vector[i]}.`, index);
}
