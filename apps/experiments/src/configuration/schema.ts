import { z } from 'zod';
import { modelSchema } from './model-schema.ts';

const photographs = z.strictObject({
  /** Folders of photographs; both null: the study makes its own. */
  clean: z.string().min(1).nullable(),
  degraded: z.string().min(1).nullable(),
  /** Clean photographs kept out of training to judge the model on; null: a tenth, at most 20. */
  heldOut: z.int().min(1).nullable(),
  /** What is made when no folders are given: pictures of each domain (null: by the speed of the engine), and their size. */
  generated: z.strictObject({
    pictures: z.int().min(4).nullable(),
    width: z.int().min(64),
    height: z.int().min(64),
  }),
});

const training = z.strictObject({
  /** Most minutes that training may take; decides the number of steps unless that is given. */
  minutes: z.number().positive().max(100_000),
  /** null: decided from a short timing and written into the run folder's config.yaml. */
  steps: z.int().min(1).nullable(),
  /** Changes of plan: from step `at` on the training aimed at `steps` steps, because the machine had become slower. */
  shortened: z.array(z.strictObject({ at: z.int().min(1), steps: z.int().min(1) })),
  /** The number of steps above which more time was never seen to help. */
  mostSteps: z.int().min(1),
  learningRate: z.number().positive(),
  shiftLearningRateFactor: z.number().positive(),
  warmUpSteps: z.int().min(0),
  schedule: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('cosine'), to: z.number().min(0).max(1) }),
    z.strictObject({ kind: z.literal('halvings'), at: z.array(z.number().min(0).max(1)) }),
  ]),
  clip: z.number().positive().optional(),
  patchSize: z.int().min(8),
  patchesPerDomain: z.int().min(1),
  /** Decay of the moving average of the parameters that is used in the end; none unless given. */
  averageDecay: z.number().min(0).max(1).optional(),
  /** Steps between checkpoints. */
  checkpointEvery: z.int().min(1),
});

/** How to compute. */
export const engine = z.strictObject({
  backend: z.enum(['auto', 'cuda', 'native', 'wasm']),
  xla: z.boolean(),
  precision: z.enum(['float32', 'bfloat16']),
});

/** A run as plain data: what config.yaml holds. */
export const configurationSchema = z.strictObject({
  preset: z.enum(['small', 'paper-small']),
  seed: z.int().min(0),
  photographs,
  training,
  engine,
  model: modelSchema,
});

export type Configuration = z.infer<typeof configurationSchema>;
export type PresetName = Configuration['preset'];
export type Backend = Configuration['engine']['backend'];
