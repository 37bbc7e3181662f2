import type { DeFlowConfig } from '@deflow/degradation';
import { z } from 'zod';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const kernels = z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]);
const channelStatistics = z.strictObject({ mean: triple, deviation: triple });
const domains = z.strictObject({ clean: channelStatistics, degraded: channelStatistics });

/** The model as it may stand in a configuration file; what the fields mean is told at `DeFlowConfig`. */
export const modelSchema: z.ZodType<DeFlowConfig> = z.strictObject({
  centre: z.number(),
  quantisationLevels: z.number().min(1),
  conditioning: z.strictObject({
    reduction: z.int().min(1),
    noise: z.number().min(0),
    network: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('convolutions'), layers: z.int().min(1), channels: z.int().min(1) }),
      z.strictObject({
        kind: z.literal('rrdb'),
        channels: z.int().min(1),
        growthChannels: z.int().min(1),
        blocks: z.int().min(1),
        taps: z.array(z.int().min(0)),
      }),
    ]),
    appendReduced: z.boolean(),
  }),
  step: z.strictObject({
    mixing: z.enum(['rotation', 'identity', 'roll']),
    order: z.enum(['injector first', 'coupling first']),
    scale: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('tanh'), coupling: z.number().positive(), injector: z.number().positive() }),
      z.strictObject({ kind: z.literal('sigmoid'), floor: z.number().min(0) }),
    ]),
    hiddenChannels: z.int().min(1),
    injectorKernels: kernels,
    couplingKernels: kernels,
    networks: z.enum(['plain', 'actNorm']),
  }),
  levels: z.array(
    z.strictObject({
      transitionSteps: z.int().min(0),
      steps: z.int().min(0),
      basis: z.literal('luma haar').optional(),
      split: z.boolean().optional(),
    }),
  ),
  shift: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('full'), start: z.number() }),
    z.strictObject({
      kind: z.literal('diagonal'),
      start: z.number().positive(),
      dependsOnConditioning: z.boolean(),
      bound: z.number().positive(),
    }),
  ]),
  statistics: z.strictObject({ images: domains, reduced: domains }).optional(),
});
