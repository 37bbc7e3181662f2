import { assemble } from './assembler.ts';
import { hasThreads, memoryOf, type WasmBackend } from './backend.ts';
import { contractionFunctions } from './contraction-code.ts';
import { copyRowsFunction } from './copy-code.ts';
import { type ElementwiseName, elementwiseFunctions } from './elementwise-code.ts';

/** Our own WebAssembly functions, by name. */
export interface MachineCode extends Record<ElementwiseName, (...parameters: number[]) => void> {
  readonly contract: (...parameters: number[]) => void;
  readonly copyRows: (from: number, to: number, rows: number, bytes: number, fromRow: number, toRow: number) => void;
}

const known = new WeakMap<WebAssembly.Memory, MachineCode>();

/** All functions as the bytes of a module. */
export const machineCode = (shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble([...contractionFunctions(), copyRowsFunction, ...elementwiseFunctions()], shared);

/** Our functions on the memory of `backend`: some kilobytes of SIMD code, made on first use. */
export function machineCodeOn(backend: WasmBackend): MachineCode {
  const memory = memoryOf(backend);
  const made = known.get(memory) ?? instantiate(memory, hasThreads(backend));
  known.set(memory, made);
  return made;
}

function instantiate(memory: WebAssembly.Memory, shared: boolean): MachineCode {
  const module = new WebAssembly.Module(machineCode(shared));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as MachineCode;
}
