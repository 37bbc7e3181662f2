import { small } from '@deflow/degradation';
import { smallPsnr } from '@deflow/super-resolution';
import type { StudyConfiguration } from './study-schema.ts';

const { patchSize: _, ...training } = smallPsnr.training;

/** What a study is if its file does not say otherwise. */
export const defaultStudy = (): StudyConfiguration =>
  structuredClone({
    name: 'study',
    factors: [4],
    seeds: [1],
    photographs: {
      clean: null,
      degraded: null,
      heldOut: 0.1,
      generated: { pictures: 60, width: 480, height: 320 },
    },
    cameras: { training: 'low-light-phone', test: ['low-light-phone'] },
    degradations: ['bicubic', 'gaussian', 'deflow-sigma-0', 'deflow', 'paired'],
    strengths: [1, 1],
    deflow: { clean: null, softness: 0, trained: null, ...small },
    superResolution: { model: smallPsnr.model, training: { ...training, lowPatchSize: 16 }, parts: 1 },
    checkpointEvery: 500,
    engine: { backend: 'auto', xla: false, precision: 'float32' },
  }) as StudyConfiguration;
