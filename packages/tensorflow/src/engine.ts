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
  /** The better backends that could not be had, best first. On `wasm`, training is some 5 to 10 times slower than on `native`. */
  readonly unavailable: readonly UnavailableBackend[];
}

export interface UseTensorFlowOptions {
  /** `auto`, the default unless the environment variable DEFLOW_BACKEND names another, takes the best that is installed. */
  readonly backend?: 'auto' | BackendName;
  /** Threads that compute one operation, 1 or more. By default all processors; `wasm` always has one. */
  readonly threads?: number;
}
