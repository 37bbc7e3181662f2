// What scripts/prepare-vendor.mjs bundles out of TensorFlow.js.
declare module '*/vendor/tfjs-node.mjs' {
  import type { GradConfig, KernelBackend, KernelConfig } from '@tensorflow/tfjs-core';

  /** The gradients that tfjs-core registers in browsers. */
  export const gradConfigs: readonly GradConfig[];
  /** The kernels of tfjs-node for the backend named `tensorflow`. */
  export const kernelConfigs: readonly KernelConfig[];
  /** The backend of tfjs-node over a binding. */
  export const NodeJSKernelBackend: new (binding: object, packageName: string) => KernelBackend;
}
