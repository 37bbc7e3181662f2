import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendUnavailableError } from '../errors.ts';

/** What our kernels use of the class BackendWasm of tfjs-backend-wasm. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    readonly HEAPF32: Float32Array;
    readonly HEAP32: Int32Array;
    /** The memory of the build with threads, which is shared between them. */
    readonly wasmMemory?: WebAssembly.Memory;
    /** Exports of the WebAssembly module; those of the build without threads hold its memory. */
    readonly asm: { readonly memory?: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  getMemoryOffset(dataId: TensorInfo['dataId']): number;
  disposeData(dataId: TensorInfo['dataId']): boolean;
}

/**
 * The backend's memory, where all tensors are.
 * @throws BackendUnavailableError when this version of the backend does not show it.
 */
export function memoryOf({ wasm }: WasmBackend): WebAssembly.Memory {
  const memory = wasm.wasmMemory ?? wasm.asm.memory;
  if (memory) return memory;
  throw new BackendUnavailableError('The wasm backend does not show its memory.', {
    value: Object.keys(wasm),
    remedy: 'Use version 4.22.0 of @tensorflow/tfjs-backend-wasm.',
  });
}

/** Whether the backend's memory is shared between threads. */
export const hasThreads = (backend: WasmBackend): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && memoryOf(backend).buffer instanceof SharedArrayBuffer;

/** The address of a tensor's first number, in bytes. */
export const addressOf = (backend: WasmBackend, tensor: TensorInfo): number =>
  backend.getMemoryOffset(tensor.dataId) >>> 0;

/** The numbers of a float32 tensor in place: valid until the next allocation. */
export const floatsOf = (backend: WasmBackend, tensor: TensorInfo): Float32Array => {
  const start = addressOf(backend, tensor) / 4;
  return backend.wasm.HEAPF32.subarray(start, start + tensor.shape.reduce((size, length) => size * length, 1));
};

/** The numbers of an int32 tensor in place: valid until the next allocation. */
export const integersOf = (backend: WasmBackend, tensor: TensorInfo): Int32Array => {
  const start = addressOf(backend, tensor) / 4;
  return backend.wasm.HEAP32.subarray(start, start + tensor.shape.reduce((size, length) => size * length, 1));
};

/** Calls `use` with the address of room for `length` numbers in the backend's memory, and frees it. */
export function withScratch(backend: WasmBackend, length: number, use: (address: number) => void): void {
  const address = backend.wasm._malloc(4 * length) >>> 0;
  try {
    use(address);
  } finally {
    backend.wasm._free(address);
  }
}
