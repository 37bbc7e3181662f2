import { z } from 'zod';
import { type Configuration, configurationSchema } from '../configuration/schema.ts';

/** A way to train, as it differs from its preset. */
const row = z.strictObject({
  name: z.string().min(1),
  preset: configurationSchema.shape.preset,
  /** Laid over the preset; checked together with it. */
  training: z.record(z.string(), z.unknown()).default({}),
  model: z.record(z.string(), z.unknown()).default({}),
});

/** Several ways to train, each once for every seed. */
const table = z.strictObject({
  title: z.string().min(1),
  seeds: z.array(z.int().min(0)).min(1),
  rows: z.array(row).min(1),
});

/** What the file of `deflow noise-table` holds. */
export const noiseStudySchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, 'letters, digits, dots, hyphens and underscores'),
  /** Clean photographs kept out of training to judge on; null: a tenth, at most 20. */
  heldOut: z.int().min(1).nullable().default(null),
  /** Time that all rows should take: what `--time-steps` chooses their steps for. */
  minutes: z.number().positive().default(1),
  tables: z.array(table).min(1),
});

export interface NoiseRow {
  readonly name: string;
  /** The seed in it is not used. */
  readonly configuration: Configuration;
}

export interface NoiseTable {
  readonly title: string;
  readonly seeds: readonly number[];
  readonly rows: readonly NoiseRow[];
}

/** Tables of noise that wait to be made: everything checked and filled in. */
export interface NoiseStudy {
  readonly name: string;
  readonly minutes: number;
  readonly clean: string;
  readonly degraded: string;
  readonly heldOut: number | null;
  readonly engine: Configuration['engine'];
  readonly tables: readonly NoiseTable[];
}
