import type { Device } from './native/binding.ts';

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
  /** The threads that compute one operation. */
  readonly threads: number;
  readonly devices: readonly Device[];
  /** Where XLA keeps the functions that it compiled for the next process; null where it keeps none. */
  readonly xlaCache: string | null;
  /** The better backends that could not be had, best first. On `wasm`, training is some 5 to 10 times slower than on `native`. */
  readonly unavailable: readonly UnavailableBackend[];
}

export interface UseTensorFlowOptions {
  /** `auto`, the default unless the environment variable DEFLOW_BACKEND names another, takes the best that is installed. */
  readonly backend?: 'auto' | BackendName;
  /** Threads that compute one operation, 1 or more. By default all processors; `wasm` always has one. */
  readonly threads?: number;
  /**
   * Whether XLA keeps what it compiles for the processor in a folder of the user's caches, which later processes load instead of compiling
   * it again. By default it does unless the environment variable DEFLOW_XLA_CACHE is `off`. At most 512 MB, unused functions 30 days.
   */
  readonly xlaCache?: boolean;
}
