import { describe, test } from 'vitest';
import { allCases } from '../test/cases/all.ts';
import { flowLayerChecks } from './conformance.ts';

// T20 (nothing given changes) and T25 (no tensor left) are the suite's 'leaves no tensor behind', T21 its 'shapes and dtypes' and gradients.
for (const subject of allCases) {
  describe(subject.name, () => {
    for (const { name, run } of flowLayerChecks(subject)) test(name, run);
  });
}
