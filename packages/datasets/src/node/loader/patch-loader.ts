import { createHash } from 'node:crypto';
import type { Random } from '@deflow/images';
import { LoaderPositionError } from '../../errors.ts';
import { cuttingPool } from './cutting-pool.ts';
import type { LoaderPosition, PairedLoaderOptions, UnpairedLoaderOptions } from './loader-options.ts';
import { pairedDraws } from './paired-draws.ts';
import type { CutJob, CutPatches, CutterSource } from './patch-cutter.ts';
import { type LoaderStatistics, Prefetch } from './prefetch.ts';
import { unpairedDraws } from './unpaired-draws.ts';

/** Patches of both domains, each [count, size, size, 3]; the counts may differ with `balance: 'drawn'`. */
export interface UnpairedBatch<Data extends Float32Array | Uint8Array = Float32Array> {
  readonly clean: Data;
  readonly degraded: Data;
  readonly size: number;
}

export interface PairedBatch<Data extends Float32Array | Uint8Array = Float32Array> {
  /** [count, size / scale, size / scale, 3] */
  readonly low: Data;
  /** [count, size, size, 3] */
  readonly high: Data;
  readonly count: number;
  /** Side of the high-resolution patches. */
  readonly size: number;
}

/** What draws the batches of a loader: a pure function of the number of the batch. */
export interface Draws<Batch> {
  readonly sources: readonly CutterSource[];
  readonly plan: (index: number) => CutJob;
  readonly assemble: (patches: CutPatches, index: number) => Batch;
  /** Everything that the batches depend on. */
  readonly identity: unknown;
  readonly workers: number;
  readonly prefetch: number;
}

/**
 * Batches of random patches, made ahead of their use. Batch number n is the same whatever the number of workers, whoever
 * asks first, and after any interruption.
 */
export interface PatchLoader<Batch> {
  /** The batch at the position, which moves on. */
  next(): Promise<Batch>;
  /** Batch number `index`, from 0; the position is after it. Batches in turn are ready, others are made now. */
  at(index: number): Promise<Batch>;
  /**
   * What `trainDeFlow` and `trainSuperResolution` call: the batch of a step, from 1. It depends on the step and on the
   * loader's own seed, so a resumed training gets the same batches.
   */
  readonly nextBatch: (random: Random, step: number) => Promise<Batch>;
  position(): LoaderPosition;
  statistics(): LoaderStatistics;
  /** Ends the workers and closes the files. Nothing runs afterwards. A loader that is not used keeps no process alive. */
  close(): Promise<void>;
}

function loaderOf<Batch>(draws: Draws<Batch>, start: LoaderPosition | undefined): PatchLoader<Batch> {
  const identity = createHash('sha256').update(JSON.stringify(draws.identity)).digest('hex').slice(0, 32);
  if (start && (start.draws !== identity || !Number.isSafeInteger(start.next) || start.next < 0))
    throw new LoaderPositionError('The position belongs to other images, other options or another seed.', {
      value: start,
      remedy: 'Make the loader with what it had when the position was taken, or start without a position.',
    });
  const pool = cuttingPool(draws.sources, draws.workers);
  const prefetch = new Prefetch({ pool, ahead: draws.prefetch, plan: draws.plan, assemble: draws.assemble });
  let next = start?.next ?? 0;
  const at = (index: number): Promise<Batch> => {
    next = index + 1;
    return prefetch.at(index);
  };
  return {
    at,
    next: () => at(next),
    nextBatch: (_random, step) => at(step - 1),
    position: () => ({ next, draws: identity }),
    statistics: () => prefetch.statistics(),
    close: () => prefetch.close(),
  };
}

/**
 * A loader of random patches, unpaired (`clean`, `degraded`) or aligned (`low`, `high`): a random image, a random position,
 * a random orientation, float32 in 0..1 with channels last.
 *
 * @throws SmallImagesError naming images smaller than a patch; UnpairedImagesError and ImageSizeError for pairs that do not
 * fit; LoaderPositionError; OptionError. Its batches reject with a CacheError when the cache is gone, with a
 * LoaderError when a worker ended or the loader was closed.
 */
export function patchLoader(
  options: UnpairedLoaderOptions & { samples: 'uint8' },
): PatchLoader<UnpairedBatch<Uint8Array>>;
export function patchLoader(options: PairedLoaderOptions & { samples: 'uint8' }): PatchLoader<PairedBatch<Uint8Array>>;
export function patchLoader(options: UnpairedLoaderOptions): PatchLoader<UnpairedBatch>;
export function patchLoader(options: PairedLoaderOptions): PatchLoader<PairedBatch>;
export function patchLoader(options: UnpairedLoaderOptions | PairedLoaderOptions): PatchLoader<unknown> {
  return 'clean' in options
    ? loaderOf<UnpairedBatch<Float32Array | Uint8Array>>(unpairedDraws(options), options.position)
    : loaderOf<PairedBatch<Float32Array | Uint8Array>>(pairedDraws(options), options.position);
}
