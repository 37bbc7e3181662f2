import { InstallInterruptedError } from '../errors.ts';
import { cacheFolder } from './cache.ts';
import { writing } from './file-errors.ts';
import { installFiles } from './install.ts';
import { installationFolder, isInstalled, tensorflowVersion, type Variant } from './layout.ts';
import { withLock } from './lock.ts';
import { wheelSet } from './pinned-wheels.ts';
import { hasBinding, provideBinding } from './place-binding.ts';
import type { OnProgress } from './progress.ts';

export interface InstallOptions {
  /** TensorFlow with CUDA and CUDA's own libraries, 3.4 GB to download, instead of the 270 MB of the plain one. */
  readonly gpu?: boolean;
  /** A wheel's file, or a folder of wheels, instead of pip; what is not there comes through pip. */
  readonly wheel?: string;
  /** The cache; by default DEFLOW_CACHE, or the place that the system has for caches. */
  readonly cache?: string;
  /** Install again what is installed. */
  readonly force?: boolean;
  readonly onProgress?: OnProgress;
  /** Stops the installation; nothing half-made is left. */
  readonly signal?: AbortSignal;
}

/** What an installation led to. */
export interface Installation {
  readonly folder: string;
  readonly version: string;
  readonly variant: Variant;
  /** Whether TensorFlow was fetched and unpacked now. */
  readonly fetched: boolean;
  /** Where the binding came from: it was there, the package ships it, or it was compiled now. */
  readonly binding: 'present' | 'shipped' | 'compiled';
}

/**
 * Installs TensorFlow into the per-user cache: obtains its wheel through pip, checks it against the pinned SHA-256,
 * unpacks the two libraries and the headers, and adds the binding. Safe to run several times at once and to interrupt;
 * when everything is there it takes no time.
 *
 * @throws InstallError, one of its kinds: no Python, no network, a wrong or damaged wheel, a full disk, a cache that
 * cannot be written, no compiler where one is needed, a platform without TensorFlow.
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<Installation> {
  try {
    return await install(options);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    throw new InstallInterruptedError('The installation was stopped.', {
      remedy: 'Run it again; nothing half-made is left.',
    });
  }
}

async function install({ gpu, cache = cacheFolder(), ...options }: InstallOptions): Promise<Installation> {
  const { force, onProgress, signal } = options;
  const variant: Variant = gpu ? 'cuda' : 'cpu';
  const folder = installationFolder(variant, cache);
  const result = { folder, version: tensorflowVersion, variant };
  if (!force && isInstalled(variant, cache) && hasBinding(folder))
    return { ...result, fetched: false, binding: 'present' };
  const fetched = await installFiles(variant, wheelSet(variant), cache, options);
  const provide = async () => {
    if (hasBinding(folder)) return 'present' as const;
    return provideBinding(folder, onProgress) ? ('compiled' as const) : ('shipped' as const);
  };
  const binding = await writing(cache, () => withLock(`${folder}.lock`, provide, { signal }));
  return { ...result, fetched, binding };
}
