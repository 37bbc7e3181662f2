import { describe, test } from 'vitest';
import { allCases } from '../test/cases/all.ts';
import { flowLayerChecks } from './conformance.ts';

for (const subject of allCases) {
  describe(subject.name, () => {
    for (const { name, run } of flowLayerChecks(subject)) test(name, run);
  });
}
