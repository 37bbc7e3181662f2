import { getKernel, ready, registerBackend, registerKernel, setBackend } from '@tensorflow/tfjs-core';
import { kernelConfigs, NodeJSKernelBackend } from '../../native/vendor/tfjs-node.mjs';
import { registerEngineKernels } from '../kernels/register-kernels.ts';
import { type StartedBinding, startBinding } from './binding.ts';
import type { ContextConfiguration } from './config-proto.ts';

/** The name under which TensorFlow.js knows the native backend: tfjs-node's. */
export const nativeBackendName = 'tensorflow';

/** Loads the binding, registers its kernels and makes it the backend of TensorFlow.js. */
export async function startNative(bindingFile: string, configuration: ContextConfiguration): Promise<StartedBinding> {
  const binding = startBinding(bindingFile, configuration);
  for (const kernel of kernelConfigs) {
    if (getKernel(kernel.kernelName, kernel.backendName) == null) registerKernel(kernel);
  }
  registerEngineKernels();
  registerBackend(nativeBackendName, () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3);
  await setBackend(nativeBackendName);
  await ready();
  return binding;
}
