import { DeFlowError } from '@deflow/images';

/** Sets of feature vectors that cannot be compared. */
export class FeatureSetError extends DeFlowError {
  constructor(problem: string, value?: unknown) {
    super(`The feature sets cannot be compared: ${problem}`, {
      remedy: 'Give two sets of at least two vectors, all of the same length, with finite values.',
      value,
    });
  }
}
