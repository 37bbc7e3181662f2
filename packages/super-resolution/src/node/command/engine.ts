import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeFlowError } from '@deflow/images';
import type { Compile } from '@deflow/nn';

/** No TensorFlow.js backend is installed, or the one that was asked for cannot be had. */
export class EngineMissingError extends DeFlowError {}

/** What the command computes with. */
export interface CommandEngine {
  readonly name: string;
  readonly compile?: Compile;
}

/** What is used of `@deflow/tensorflow`, which this package does not depend on. */
interface TensorFlowPackage {
  useTensorFlow(options: { backend?: string }): Promise<{ readonly backend: string }>;
  readonly compile: Compile;
}

/** A package as it is installed beside this one, or where the command is called; undefined when it is neither. */
async function installed(name: string): Promise<unknown> {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))];
  for (const place of places) {
    let path: string;
    try {
      path = createRequire(place).resolve(name);
    } catch {
      continue;
    }
    return import(pathToFileURL(path).href);
  }
  return undefined;
}

/**
 * The engine that the user has installed: `@deflow/tensorflow`, else `@tensorflow/tfjs`, which is slow in Node.
 * @throws EngineMissingError saying what to install.
 */
export async function loadEngine(backend: string | undefined): Promise<CommandEngine> {
  const own = (await installed('@deflow/tensorflow')) as TensorFlowPackage | undefined;
  if (own) {
    const { backend: chosen } = await own.useTensorFlow(backend === undefined ? {} : { backend });
    return { name: chosen, compile: own.compile };
  }
  const tfjs = (await installed('@tensorflow/tfjs')) as
    | { setBackend(name: string): Promise<boolean>; ready(): Promise<void>; getBackend(): string }
    | undefined;
  if (!tfjs) {
    throw new EngineMissingError('There is nothing to compute with.', {
      remedy: 'Install it: npm i @deflow/tensorflow @tensorflow/tfjs-core && npx deflow-tensorflow install',
    });
  }
  if (backend !== undefined && !(await tfjs.setBackend(backend).catch(() => false))) {
    throw new EngineMissingError(`@tensorflow/tfjs has no backend ${backend} here.`, {
      value: backend,
      remedy: 'Use --backend cpu, or install @deflow/tensorflow.',
    });
  }
  await tfjs.ready();
  return { name: `${tfjs.getBackend()} of @tensorflow/tfjs` };
}
