import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { allCases } from '../test/cases/all.ts';
import { flowLayerChecks } from './conformance.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

for (const subject of allCases) {
  describe(subject.name, () => {
    for (const { name, run } of flowLayerChecks(subject)) test(name, run);
  });
}
