import * as fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import { CacheError, LoaderError } from '../../errors.ts';
import { type CutJob, type CutPatches, type CutterSource, createPatchCutter } from './patch-cutter.ts';

/** Cuts jobs of patches one after the other or in parallel; which of the two changes no number. */
export interface CuttingPool {
  run(job: CutJob): Promise<CutPatches>;
  /** While true, the workers keep the process alive. */
  keepAlive(alive: boolean): void;
  /** Jobs under way are rejected. Resolves when nothing runs any more. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (patches: CutPatches) => void;
  readonly reject: (error: Error) => void;
}

const unreadable = (message: string): CacheError =>
  new CacheError(`A patch cannot be read: ${message}.`, {
    remedy: 'The cache was changed or removed while in use: prepare it again with prepareImages.',
  });

export const closedError = (): LoaderError =>
  new LoaderError('The loader is closed.', { remedy: 'Make a new one with patchLoader.' });

/** Without workers: one job in each turn of the event loop, so that training has its turn between them. */
function pooledHere(sources: readonly CutterSource[]): CuttingPool {
  const cutter = createPatchCutter(sources, fs);
  const queue: (Waiting & { job: CutJob })[] = [];
  let next: NodeJS.Immediate | undefined;
  let alive = false;
  const schedule = () => {
    if (queue.length === 0) return;
    next ??= setImmediate(work);
    if (!alive) next.unref();
    else next.ref();
  };
  const work = () => {
    next = undefined;
    const { job, resolve, reject } = queue.shift()!;
    try {
      resolve(cutter.cut(job));
    } catch (error) {
      reject(unreadable((error as Error).message));
    }
    schedule();
  };
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        schedule();
      }),
    keepAlive: (value) => {
      alive = value;
      schedule();
    },
    close: async () => {
      if (next) clearImmediate(next);
      for (const { reject } of queue.splice(0)) reject(closedError());
      cutter.close();
    },
  };
}

/** A worker is its text alone: there is no file that a bundler would have to find. */
const workerText = () => `
const { parentPort, workerData } = require('node:worker_threads');
const cutter = (${createPatchCutter})(workerData, require('node:fs'));
parentPort.on('message', ({ id, job }) => {
  try {
    const patches = cutter.cut(job);
    parentPort.postMessage({ id, patches }, patches.map(({ buffer }) => buffer));
  } catch (error) {
    parentPort.postMessage({ id, failure: error.message });
  }
});`;

type Reply = { id: number } & ({ patches: CutPatches } | { failure: string });

class CuttingWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #failure: Error | undefined;
  #jobs = 0;

  constructor(sources: readonly CutterSource[], number: number) {
    this.#worker = new Worker(workerText(), {
      eval: true,
      workerData: sources,
      // Loaders and module types of the program are not for this text.
      execArgv: [],
      name: `deflow patches ${number}`,
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('patches' in reply) waiting?.resolve(reply.patches);
      else waiting?.reject(unreadable(reply.failure));
    });
    this.#worker.on('error', (cause: Error) => this.#fail(`crashed: ${cause.message}`, cause));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(`ended with code ${code}`);
        resolve();
      });
    });
  }

  get load(): number {
    return this.#waiting.size;
  }

  #fail(problem: string, cause?: Error): void {
    this.#failure ??= new LoaderError(`A decoding worker ${problem}.`, {
      cause,
      remedy: 'Give the process more memory, or use fewer workers; restore the position to go on.',
    });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  run(job: CutJob): Promise<CutPatches> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#jobs++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, job });
    });
  }

  keepAlive(alive: boolean): void {
    if (alive) this.#worker.ref();
    else this.#worker.unref();
  }

  async close(): Promise<void> {
    this.#failure ??= closedError();
    this.#fail('was closed');
    await this.#worker.terminate();
    await this.#ended;
  }
}

/** `workers` threads, or this one. Bytes in `sources` are to be shared memory when there are workers. */
export function cuttingPool(sources: readonly CutterSource[], workers: number): CuttingPool {
  if (workers === 0) return pooledHere(sources);
  const threads = Array.from({ length: workers }, (_, index) => new CuttingWorker(sources, index + 1));
  return {
    run: (job) => threads.reduce((least, each) => (each.load < least.load ? each : least)).run(job),
    keepAlive: (alive) => {
      for (const thread of threads) thread.keepAlive(alive);
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
