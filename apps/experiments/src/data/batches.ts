import { patchSampler } from '@deflow/datasets';
import type { NextBatch } from '@deflow/degradation';
import type { Picture } from './photographs.ts';

export interface BatchesOptions {
  clean: readonly Picture[];
  degraded: readonly Picture[];
  patchSize: number;
  patchesPerDomain: number;
}

/** Batches with as many random patches of each domain, flipped half of the time. */
export function batches({ clean, degraded, patchSize, patchesPerDomain }: BatchesOptions): NextBatch {
  const samplers = {
    clean: patchSampler({ images: clean, size: patchSize }),
    degraded: patchSampler({ images: degraded, size: patchSize }),
  };
  return (random) => ({
    size: patchSize,
    clean: samplers.clean(random.fork('clean'), patchesPerDomain),
    degraded: samplers.degraded(random.fork('degraded'), patchesPerDomain),
  });
}
