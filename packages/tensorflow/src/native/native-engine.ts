import { existsSync } from 'node:fs';
import { keepCompiledFunctions } from '../compile/xla-cache.ts';
import type { Engine, UnavailableBackend } from '../engine.ts';
import { bindingFile, placeBinding, shippedBinding } from '../install/binding-files.ts';
import { installationFolder, isInstalled, type Variant } from '../install/layout.ts';
import { startThreads, type Threads } from '../threads.ts';
import type { StartedBinding } from './binding.ts';
import { hasGpu } from './gpu.ts';

/** An attempt at a backend: the engine, or what is missing. */
export type Attempt = { readonly engine: Engine } | { readonly unavailable: UnavailableBackend };

/** What TensorFlow is started with. */
export interface ContextSettings {
  /** Those that were asked for. */
  readonly threads: Partial<Threads>;
  readonly xlaCache: boolean;
}

const missing = (backend: 'cuda' | 'native', reason: string, remedy: string) => ({
  unavailable: { backend, reason, remedy },
});

/** The binding of an installation; a shipped one is put there when it is missing. */
function findBinding(variant: Variant): string | undefined {
  const file = bindingFile(installationFolder(variant));
  const shipped = existsSync(file) ? undefined : shippedBinding();
  if (shipped) placeBinding(shipped, file);
  return existsSync(file) ? file : undefined;
}

async function start(
  backend: 'cuda' | 'native',
  variant: Variant,
  { threads: asked, xlaCache }: ContextSettings,
): Promise<Attempt> {
  const [what, command] = variant === 'cuda' ? ['TensorFlow with CUDA', ' --gpu'] : ['TensorFlow', ''];
  const remedy = `Run npx deflow-tensorflow install${command}.`;
  if (!isInstalled(variant)) return missing(backend, `${what} is not installed`, remedy);
  const threads = startThreads(asked);
  let binding: StartedBinding;
  let cache: string | null = null;
  try {
    const file = findBinding(variant);
    if (!file) return missing(backend, `${what} is installed without a binding of this version`, remedy);
    cache = xlaCache ? keepCompiledFunctions(threads.within) : null;
    const { startNative } = await import('./start-native.ts');
    binding = await startNative(file, { threads, gpu: backend === 'cuda' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return missing(
      backend,
      `${what} cannot be loaded: ${reason}`,
      `Run npx deflow-tensorflow install --force${command}.`,
    );
  }
  const engine: Engine = {
    backend,
    tensorflowVersion: binding.TF_Version,
    threads,
    devices: binding.listDevices(),
    xlaCache: cache,
    unavailable: [],
  };
  if (backend === 'native' || binding.isUsingGpuDevice()) return { engine };
  const found = missing(
    backend,
    'TensorFlow found no GPU that it can use',
    'Set TF_CPP_MIN_LOG_LEVEL=0 to read why; CUDA 12 needs an NVIDIA driver of 525 or newer.',
  );
  return { engine: { ...engine, backend: 'native', unavailable: [found.unavailable] } };
}

/** TensorFlow on a GPU; when it finds none that works, an engine on the processor that says so. */
export async function startCuda(settings: ContextSettings): Promise<Attempt> {
  if (!hasGpu())
    return missing('cuda', 'This machine shows no NVIDIA GPU', 'Run where an NVIDIA GPU and its driver are.');
  return start('cuda', 'cuda', settings);
}

/** TensorFlow on the processor: either variant of the library can do it. */
export const startProcessor = (settings: ContextSettings): Promise<Attempt> =>
  start('native', isInstalled('cpu') || !isInstalled('cuda') ? 'cpu' : 'cuda', settings);
