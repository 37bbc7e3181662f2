import type { Device } from './native/binding.ts';
import type { Threads } from './threads.ts';

/** `cuda`: TensorFlow on an NVIDIA GPU. `native`: TensorFlow on the processor. `wasm`: WebAssembly, without TensorFlow. */
export type BackendName = 'cuda' | 'native' | 'wasm';

/** A backend that is faster than the one in use, and why it is not in use. */
export interface UnavailableBackend {
  readonly backend: BackendName;
  readonly reason: string;
  /** What would make it available. */
  readonly remedy: string;
}

/** What `useTensorFlow` chose. */
export interface Engine {
  readonly backend: BackendName;
  /** TensorFlow's version; null on `wasm`, which has none. */
  readonly tensorflowVersion: string | null;
  /** How work is shared out: threads within an operation, operations beside each other. */
  readonly threads: Threads;
  readonly devices: readonly Device[];
  /** Where XLA keeps the functions that it compiled for the next process; null where it keeps none. */
  readonly xlaCache: string | null;
  /** The better backends that could not be had, best first. On `wasm`, training is some 5 to 10 times slower than on `native`. */
  readonly unavailable: readonly UnavailableBackend[];
}

export interface UseTensorFlowOptions {
  /** `auto`, the default unless the environment variable DEFLOW_BACKEND names another, takes the best that is installed. */
  readonly backend?: 'auto' | BackendName;
  /**
   * Threads within an operation and operations beside each other, from 1 on; one number is for both. What is not given comes from the
   * environment variables TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS, else it is all processors. Fixed once TensorFlow runs;
   * `wasm` always has one. Many operations that do not need each other (a batch in `parts`) are fastest with `within: 1`.
   */
  readonly threads?: number | Partial<Threads>;
  /**
   * Whether XLA keeps what it compiles for the processor in a folder of the user's caches, which later processes load instead of compiling
   * it again. By default it does unless the environment variable DEFLOW_XLA_CACHE is `off`. At most 512 MB, unused functions 30 days.
   */
  readonly xlaCache?: boolean;
}
