import { loadPhotographs } from '../data/load-photographs.ts';
import type { Photographs } from '../data/photographs.ts';
import { folderFingerprint } from '../pipeline/stages/photographs.ts';
import type { NoiseStudy } from './noise-schema.ts';

/** The photographs of a study: the same split for all rows, read once, when the first stage needs them. */
export interface SharedPhotographs {
  /** What tells them from others. */
  readonly fingerprint: unknown;
  load(signal: AbortSignal): Promise<Photographs>;
}

/** Reads the names and sizes of the files; their content is for later. */
export async function sharedPhotographs({ clean, degraded, heldOut, tables }: NoiseStudy): Promise<SharedPhotographs> {
  const configurations = tables.flatMap(({ rows }) => rows.map(({ configuration }) => configuration));
  // Photographs that are too small for one row are left out everywhere.
  const patchSize = Math.max(...configurations.map(({ training }) => training.patchSize));
  const first = configurations[0]!;
  const configuration = { ...first, training: { ...first.training, patchSize } };
  const files = await Promise.all([clean, degraded].map(folderFingerprint));
  let loaded: Promise<Photographs> | undefined;
  return {
    fingerprint: { files, heldOut, patchSize },
    load(signal) {
      loaded ??= loadPhotographs({ configuration, signal });
      return loaded;
    },
  };
}
