import { type CameraProcess, cameraPresets } from '@deflow/datasets';
import { z } from 'zod';
import { modelSchema } from '../configuration/model-schema.ts';
import { engine } from '../configuration/schema.ts';

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cosine'), to: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('halvings'), at: z.array(z.number().min(0).max(1)) }),
]);

const degradationTraining = z.strictObject({
  steps: z.int().min(1),
  learningRate: z.number().positive(),
  shiftLearningRateFactor: z.number().positive(),
  warmUpSteps: z.int().min(0),
  schedule,
  clip: z.number().positive().optional(),
  averageDecay: z.number().min(0).max(1).optional(),
  patchSize: z.int().min(8),
  patchesPerDomain: z.int().min(1),
});

const superResolutionTraining = z.strictObject({
  steps: z.int().min(1),
  learningRate: z.number().positive(),
  beta1: z.number().min(0).max(1),
  beta2: z.number().min(0).max(1),
  warmUpSteps: z.int().min(0),
  schedule: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('cosine'),
      periods: z.array(z.number().positive()),
      to: z.number().min(0).max(1),
    }),
    z.strictObject({
      kind: z.literal('multi-step'),
      at: z.array(z.number().min(0).max(1)),
      gamma: z.number().positive(),
    }),
  ]),
  clip: z.number().positive().optional(),
  averageDecay: z.number().min(0).max(1).optional(),
  /** Side of the low-resolution patches, so that every factor costs about the same. */
  lowPatchSize: z.int().min(4),
  batchSize: z.int().min(1),
});

/** A camera that comes with `@deflow/datasets`, or steps of one's own, which are checked there. */
const camera = z.union([
  z.enum(Object.keys(cameraPresets) as [keyof typeof cameraPresets]),
  z.strictObject({
    name: z.string().min(1),
    process: z.array(z.looseObject({ step: z.string() })).min(1) as unknown as z.ZodType<CameraProcess>,
  }),
]);

/** The ways to make low resolution for training, in the order of the report. */
export const degradationNames = ['bicubic', 'gaussian', 'deflow-sigma-0', 'deflow', 'paired'] as const;

/** A whole study as plain data: what `study.yaml` in its folder holds. */
export const studySchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, 'letters, digits, dots, hyphens and underscores'),
  /** What super-resolution enlarges by. */
  factors: z.array(z.int().min(1).max(8)).min(1),
  /** Everything is done once for each: networks, patches and noise follow from them. */
  seeds: z.array(z.int().min(0)).min(1),
  photographs: z.strictObject({
    /** Folders of photographs; both null: the study makes its own scenes. */
    clean: z.string().min(1).nullable(),
    /** Really degraded pictures at low resolution; null: `cameras.training` takes them. */
    degraded: z.string().min(1).nullable(),
    /** Clean photographs kept for the tests: a share below 1, or a number. */
    heldOut: z.number().positive(),
    generated: z.strictObject({ pictures: z.int().min(6), width: z.int().min(64), height: z.int().min(64) }),
  }),
  cameras: z.strictObject({
    /** Takes the degraded training pictures where no folder of them is given. */
    training: camera,
    /** Take the test pictures. */
    test: z.array(camera).min(1),
  }),
  degradations: z.array(z.enum(degradationNames)).min(1),
  /**
   * Every training picture gets noise of a strength drawn from this range, if its degradation makes noise: 1 is that of the degraded
   * pictures. Pictures of one camera differ as well, and a network that has seen less and more noise leaves detail where there is less.
   */
  strengths: z.tuple([z.number().min(0), z.number().min(0)]),
  deflow: z.strictObject({
    /**
     * Which clean patches stand against the degraded ones: `reduced` ones, or those of the photographs as they are. Both sets
     * should show details of the same fineness, or the model takes texture for noise. null: `reduced` where the study's own camera
     * took reduced pictures, `full` where a folder of degraded pictures is given, which nobody reduced.
     */
    clean: z.enum(['reduced', 'full']).nullable(),
    /**
     * How much softer the degraded pictures are than the clean ones, as the sigma of a Gaussian blur in pixels. The flow learns what a
     * camera adds, but hardly what its lens takes away; so pictures are blurred before it degrades them.
     */
    softness: z.number().min(0).max(10),
    /** Checkpoint of a DeFlow to use in place of training one. */
    trained: z.string().min(1).nullable(),
    model: modelSchema,
    training: degradationTraining,
  }),
  superResolution: z.strictObject({
    model: z.strictObject({ features: z.int().min(1), blocks: z.int().min(1), growth: z.int().min(1) }),
    training: superResolutionTraining,
    /** Parts of a batch that processors compute beside each other; the numbers stay the same but for rounding. */
    parts: z.int().min(1),
  }),
  /** Steps between checkpoints of a training. */
  checkpointEvery: z.int().min(1),
  engine,
});

export type StudyConfiguration = z.infer<typeof studySchema>;
export type DegradationName = (typeof degradationNames)[number];
