import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Engine, UnavailableBackend } from '../engine.ts';
import { bindingFile, placeBinding, shippedBinding } from '../install/binding-files.ts';
import { installationFolder, isInstalled, type Variant } from '../install/layout.ts';
import { hasGpu } from './gpu.ts';

/** An attempt at a backend: the engine, or what is missing. */
export type Attempt = { readonly engine: Engine } | { readonly unavailable: UnavailableBackend };

const missing = (backend: 'cuda' | 'native', reason: string, remedy: string): Attempt => ({
  unavailable: { backend, reason, remedy },
});

/** The binding of an installation; a shipped one is put there when it is missing. */
function findBinding(variant: Variant): string | undefined {
  const file = bindingFile(installationFolder(variant));
  const shipped = existsSync(file) ? undefined : shippedBinding();
  if (shipped) placeBinding(shipped, file);
  return existsSync(file) ? file : undefined;
}

async function start(backend: 'cuda' | 'native', variant: Variant, threads: number): Promise<Attempt> {
  const command = `npx deflow-tensorflow install${variant === 'cuda' ? ' --gpu' : ''}`;
  if (!isInstalled(variant)) return missing(backend, 'TensorFlow is not installed', `Run ${command}.`);
  const file = findBinding(variant);
  if (!file) return missing(backend, 'TensorFlow is installed without a binding of this version', `Run ${command}.`);
  const { startNative } = await import('./start-native.ts');
  const binding = await startNative(file, { threads, gpu: backend === 'cuda' });
  const engine: Engine = {
    backend,
    tensorflowVersion: binding.TF_Version,
    threads: threads || availableParallelism(),
    devices: binding.listDevices(),
    unavailable: [],
  };
  if (backend === 'native' || binding.isUsingGpuDevice()) return { engine };
  const reason = 'TensorFlow found no GPU that it can use';
  const unavailable = [
    {
      backend,
      reason,
      remedy: 'Set TF_CPP_MIN_LOG_LEVEL=0 to read why; CUDA 12 needs an NVIDIA driver of 525 or newer.',
    },
  ];
  return { engine: { ...engine, backend: 'native', unavailable } };
}

/** TensorFlow on a GPU; when it finds none that works, an engine on the processor that says so. */
export async function startCuda(threads: number): Promise<Attempt> {
  if (!hasGpu())
    return missing('cuda', 'This machine shows no NVIDIA GPU', 'Run where an NVIDIA GPU and its driver are.');
  return start('cuda', 'cuda', threads);
}

/** TensorFlow on the processor: either variant of the library can do it. */
export const startProcessor = (threads: number): Promise<Attempt> =>
  start('native', isInstalled('cpu') || !isInstalled('cuda') ? 'cpu' : 'cuda', threads);
