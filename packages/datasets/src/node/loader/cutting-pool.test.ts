import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LoaderError } from '../../errors.ts';
import { type CuttingPool, cuttingPool } from './cutting-pool.ts';
import type { CutJob, CutterSource } from './patch-cutter.ts';

/** The threads that the pools under test have started. */
const threads = vi.hoisted(() => [] as Worker[]);
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Watched extends real.Worker {
    constructor(...given: ConstructorParameters<typeof real.Worker>) {
      super(...given);
      threads.push(this);
    }
  }
  return { ...real, Worker: Watched };
});

const source: CutterSource = {
  tile: 64,
  files: [new Uint8Array(new SharedArrayBuffer(8 * 8 * 3))],
  images: [{ file: 0, offset: 0, width: 8, height: 8, bits: 8 }],
};
const job: CutJob = { samples: 'uint8', lists: [{ size: 2, cuts: Int32Array.of(0, 0, 0, 0, 0) }] };

let pool: CuttingPool;
afterEach(async () => {
  await pool.close();
  threads.length = 0;
});

const started = async (workers: number) => {
  pool = cuttingPool([source], workers);
  pool.keepAlive(true);
  // A job for each: a thread that is stopped while it still starts ends with code 0.
  const cut = await Promise.all(threads.map(() => pool!.run(job)));
  for (const patches of cut) expect(patches[0]).toEqual(new Uint8Array(12));
};

describe('decoding workers', () => {
  it('one that crashes is a named error, for the jobs at hand and all later ones', async () => {
    await started(1);
    // Nothing of ours sends this: it is an exception outside of any job.
    threads[0]!.postMessage(null);
    const error = await pool.run(job).catch((cause) => cause);
    expect(error).toBeInstanceOf(LoaderError);
    expect(error.message).toMatch(/A decoding worker crashed: .*null/);
    expect(error.cause).toBeInstanceOf(Error);
    await expect(pool.run(job)).rejects.toBe(error);
  });

  it('one that is stopped from outside, too', async () => {
    await started(2);
    void threads[1]!.terminate();
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => pool.run(job)));
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const { reason } of failed) expect(reason.message).toContain('A decoding worker ended with code 1');
  });

  it('close ends every thread', async () => {
    await started(2);
    await pool.close();
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });
});
