import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';

/** The release of TensorFlow that this package is made for. */
export const tensorflowVersion = '2.21.0';

/** The plain library, or the one that can use CUDA. */
export type Variant = 'cpu' | 'cuda';

/** Node's name of the machine, such as linux-x64. */
export const platformName = `${process.platform}-${process.arch}`;

/** Where one variant of TensorFlow lies: `tensorflow/`, with `nvidia/` beside it, as in the wheels, and the binding. */
export function installationFolder(variant: Variant, cache: string = cacheFolder()): string {
  return join(cache, `tensorflow-${tensorflowVersion}-${platformName}-${variant}`);
}

/** An installation gets its name when it is complete: the folder is there or it is not. */
export const isInstalled = (variant: Variant, cache?: string): boolean =>
  existsSync(installationFolder(variant, cache));
