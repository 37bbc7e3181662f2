import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.ts';

/** One call of a kernel. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Required<{ [Name in keyof Inputs]: NonNullable<Inputs[Name]> }>;
  readonly attrs: Attributes;
  readonly backend: WasmBackend;
}

/** A kernel of ours for the wasm backend. */
export interface TrainingKernel {
  readonly kernelName: string;
  /** The kernel's configuration, given the one that tfjs-backend-wasm brings, if any. */
  configure(stock: KernelConfig | undefined): KernelConfig;
}

/** A kernel by its name and what it does; `stock` runs the one that it replaces. */
export function trainingKernel<Inputs extends object, Attributes extends object>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>, stock: () => TensorInfo) => TensorInfo | TensorInfo[],
): TrainingKernel {
  return {
    kernelName,
    configure: (stock) => ({
      ...stock,
      kernelName,
      backendName: 'wasm',
      kernelFunc: (call) =>
        run(call as unknown as KernelCall<Inputs, Attributes>, () => stock!.kernelFunc(call) as TensorInfo),
    }),
  };
}

/** Runs another kernel of the backend; its result is the caller's to dispose of. */
export function runKernel(
  backend: WasmBackend,
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown> = {},
): TensorInfo {
  const { kernelFunc }: { kernelFunc: KernelFunc } = getKernel(kernelName, 'wasm');
  return kernelFunc({ inputs, attrs: attrs as NamedAttrMap, backend }) as TensorInfo;
}
