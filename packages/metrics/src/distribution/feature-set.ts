import { FeatureSetError } from './errors.ts';
import { checkVector } from './feature-moments.ts';

/** The features of many images or patches, one vector each, by any function of theirs. */
export type FeatureSet = readonly ArrayLike<number>[];

/** Throws a FeatureSetError unless both sets can be compared; gives the length of their vectors. */
export function checkFeatureSets(first: FeatureSet, second: FeatureSet): number {
  const length = first[0]?.length ?? 0;
  for (const set of [first, second]) checkFeatureSet(set, length);
  return length;
}

/** Throws a FeatureSetError unless these are two vectors or more of this length. */
export function checkFeatureSet(set: FeatureSet, length: number): void {
  if (set.length < 2) throw new FeatureSetError(`one has ${set.length} vectors.`, set.length);
  set.forEach((vector, index) => {
    checkVector(vector, length, index);
  });
}
