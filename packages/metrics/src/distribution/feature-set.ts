import { FeatureSetError } from './errors.ts';

/** The features of many images or patches, one vector each, by any function of theirs. */
export type FeatureSet = readonly ArrayLike<number>[];

/** Throws a FeatureSetError unless both sets can be compared; gives the length of their vectors. */
export function checkFeatureSets(first: FeatureSet, second: FeatureSet): number {
  const length = first[0]?.length ?? 0;
  for (const set of [first, second]) {
    if (set.length < 2) throw new FeatureSetError(`one has ${set.length} vectors.`, set.length);
    set.forEach((vector, index) => {
      if (vector.length !== length || length === 0)
        throw new FeatureSetError(`vector ${index} has ${vector.length} values, the first one ${length}.`, index);
      for (let i = 0; i < length; i++)
        if (!Number.isFinite(vector[i]))
          throw new FeatureSetError(`value ${i} of vector ${index} is ${vector[i]}.`, index);
    });
  }
  return length;
}
