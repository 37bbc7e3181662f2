import { type CuttingPool, closedError } from './cutting-pool.ts';
import type { CutJob, CutPatches } from './patch-cutter.ts';

export interface LoaderStatistics {
  /** Batches handed out. */
  readonly drawn: number;
  /** Milliseconds for which somebody waited for a batch. */
  readonly waitedMs: number;
  /** Those as a share of the time since the first batch was asked for, 0 to 1. */
  readonly idleShare: number;
}

/**
 * Batches by their number. Whoever asks for one gets it, and the next `ahead` are started; a number out of turn drops
 * what was started.
 */
export class Prefetch<Batch> {
  readonly #pool: CuttingPool;
  readonly #ahead: number;
  readonly #plan: (index: number) => CutJob;
  readonly #assemble: (patches: CutPatches, index: number) => Batch;
  readonly #started = new Map<number, Promise<CutPatches>>();
  #waiting = 0;
  #drawn = 0;
  #waited = 0;
  #began: number | undefined;
  #closed = false;

  constructor(options: {
    pool: CuttingPool;
    ahead: number;
    plan: (index: number) => CutJob;
    assemble: (patches: CutPatches, index: number) => Batch;
  }) {
    this.#pool = options.pool;
    this.#ahead = options.ahead;
    this.#plan = options.plan;
    this.#assemble = options.assemble;
  }

  async at(index: number): Promise<Batch> {
    if (this.#closed) throw closedError();
    const asked = performance.now();
    this.#began ??= asked;
    for (const started of this.#started.keys())
      if (started < index || started > index + this.#ahead) this.#started.delete(started);
    for (let ahead = index; ahead <= index + this.#ahead; ahead++) this.#start(ahead);
    const patches = this.#started.get(index)!;
    // Whoever asks for the same number again gets arrays of their own.
    this.#started.delete(index);
    this.#pool.keepAlive(++this.#waiting > 0);
    try {
      const batch = this.#assemble(await patches, index);
      this.#drawn++;
      return batch;
    } finally {
      this.#waited += performance.now() - asked;
      this.#pool.keepAlive(--this.#waiting > 0);
    }
  }

  #start(index: number): void {
    if (this.#started.has(index)) return;
    const patches = this.#pool.run(this.#plan(index));
    // A failure is thrown to whoever asks for this batch.
    patches.catch(() => {});
    this.#started.set(index, patches);
  }

  statistics(): LoaderStatistics {
    const elapsed = this.#began === undefined ? 0 : performance.now() - this.#began;
    const idleShare = elapsed > 0 ? Math.min(1, this.#waited / elapsed) : 0;
    return { drawn: this.#drawn, waitedMs: this.#waited, idleShare };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#started.clear();
    await this.#pool.close();
  }
}
