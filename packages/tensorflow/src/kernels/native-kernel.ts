import {
  getKernel,
  type KernelConfig,
  registerKernel,
  type Tensor,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type { NodeBackend } from '../compile/node-backend.ts';

/** tfjs-node's name for itself. */
const backendName = 'tensorflow';

/** One call of a kernel. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: { [Name in keyof Inputs]: Inputs[Name] & Tensor };
  readonly attrs: Attributes;
  readonly backend: NodeBackend;
}

/** A kernel of ours for the native backend. */
export interface NativeKernel {
  readonly kernelName: string;
  /** The kernel's configuration, given the one that tfjs-node brings, if any. */
  configure(stock: KernelConfig | undefined): KernelConfig;
}

/** A kernel by its name and what it does; `stock` runs tfjs-node's, with other inputs if they are given. */
export function nativeKernel<Inputs extends object, Attributes extends object>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>, stock: (inputs?: Inputs) => TensorInfo) => TensorInfo | TensorInfo[],
): NativeKernel {
  return {
    kernelName,
    configure: (stock) => ({
      ...stock,
      kernelName,
      backendName,
      kernelFunc: (call) =>
        run(
          call as unknown as KernelCall<Inputs, Attributes>,
          (inputs) => stock!.kernelFunc(inputs ? { ...call, inputs: inputs as never } : call) as TensorInfo,
        ),
    }),
  };
}

const registered = new WeakSet<KernelConfig>();

/** Registers kernels in place of tfjs-node's; again does nothing. */
export function registerNativeKernels(kernels: readonly NativeKernel[]): void {
  for (const { kernelName, configure } of kernels) {
    const stock = getKernel(kernelName, backendName);
    if (stock && registered.has(stock)) continue;
    if (stock) unregisterKernel(kernelName, backendName);
    const ours = configure(stock);
    registerKernel(ours);
    registered.add(ours);
  }
}
