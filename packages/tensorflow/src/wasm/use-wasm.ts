import { setBackend } from '@tensorflow/tfjs-core';
import { BackendUnavailableError } from '../errors.ts';
import { registerFastGradients } from '../gradients/register-fast-gradients.ts';
import { registerGradients } from '../register-gradients.ts';
import { registerWasmTrainingKernels } from './register-kernels.ts';

/**
 * Makes WebAssembly the backend of TensorFlow.js in Node, with all gradients and the kernels that training needs; needs
 * nothing native. Calling it again is free.
 *
 * @throws BackendUnavailableError when the WebAssembly module cannot be loaded.
 */
export async function useWasm(): Promise<void> {
  await Promise.all([registerGradients(), import('@tensorflow/tfjs-backend-wasm')]);
  registerFastGradients();
  registerWasmTrainingKernels();
  const started = await withoutHandlers(() => setBackend('wasm'));
  if (started) return;
  throw new BackendUnavailableError('The WebAssembly backend did not start.', {
    value: process.version,
    remedy: 'See that @tensorflow/tfjs-backend-wasm is installed whole, with its .wasm files, and not bundled.',
  });
}

/** Starts the module without the handlers that it puts on the process: they print its whole source for any error of ours. */
async function withoutHandlers<Value>(start: () => Promise<Value>): Promise<Value> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => process.listeners(event as NodeJS.Signals));
  try {
    return await start();
  } finally {
    events.forEach((event, index) => {
      for (const listener of process.listeners(event as NodeJS.Signals)) {
        const isItsOwn = /ExitStatus|throw reason/.test(String(listener));
        if (isItsOwn && !before[index]!.includes(listener)) process.removeListener(event, listener);
      }
    });
  }
}
