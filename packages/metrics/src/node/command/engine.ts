import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeFlowError } from '@deflow/images';

/** There is nothing that computes with tensors. */
export class NoEngineError extends DeFlowError {
  constructor(tried: readonly string[], cause?: unknown) {
    super(`LPIPS, DISTS, FID and KID need an engine for tensors; there is none of ${tried.join(', ')}.`, {
      remedy: 'Run: npm install @deflow/tensorflow @tensorflow/tfjs, or any of those. Another one: --engine MODULE.',
      value: tried,
      cause,
    });
  }
}

/** Modules that give TensorFlow.js a backend, the fastest first. */
const engines = [
  '@deflow/tensorflow',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-cpu',
] as const;

/**
 * Loads the engine of this name, or the first that is installed here or in the working folder. Engines are what users
 * install: this package depends on none. @throws NoEngineError
 */
export async function loadEngine(name?: string): Promise<void> {
  const names = name === undefined ? engines : [name];
  for (const each of names) {
    const loaded = await imported(each);
    if (!loaded) continue;
    const { useTensorFlow } = loaded as { useTensorFlow?: () => Promise<unknown> };
    if (useTensorFlow) await useTensorFlow();
    const { ready, getBackend } = await import('@tensorflow/tfjs-core');
    await ready().catch((cause) => {
      throw new NoEngineError(names, cause);
    });
    if (getBackend()) return;
  }
  throw new NoEngineError(names);
}

async function imported(name: string): Promise<object | undefined> {
  try {
    return await import(/* @vite-ignore */ name);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve(name);
    return await import(/* @vite-ignore */ pathToFileURL(path).href);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

const isMissing = (error: unknown): boolean =>
  ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((error as { code?: unknown }).code));
