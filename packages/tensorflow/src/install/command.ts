import { defineCommand } from 'citty';
import { DeFlowError } from '../errors.ts';
import { refuseUnknown } from '../refuse-unknown.ts';
import { cacheFolder } from './cache.ts';
import { installTensorFlow } from './install-tensorflow.ts';
import { progressReporter } from './report-progress.ts';

const bindings = {
  present: 'its binding was there',
  shipped: 'with the binding that the package ships',
  compiled: 'with a binding compiled here',
};

const definition = {
  gpu: { type: 'boolean', description: 'with CUDA and its libraries (3.4 GB) instead of the plain one (270 MB)' },
  wheel: { type: 'string', description: 'a wheel file, or a folder of wheels, instead of pip', valueHint: 'PATH' },
  cache: { type: 'string', description: 'the folder to install into', valueHint: 'DIR' },
  force: { type: 'boolean', description: 'install again what is installed' },
} as const;

/** `deflow-tensorflow install`. */
export const installCommand = defineCommand({
  meta: { name: 'install', description: 'Install TensorFlow into the per-user cache, through pip.' },
  args: definition,
  async run({ args: { gpu, wheel, cache, force }, rawArgs }) {
    const start = performance.now();
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    process.once('SIGTERM', () => stop.abort());
    const { onProgress, finish } = progressReporter();
    try {
      refuseUnknown(rawArgs, definition);
      const done = await installTensorFlow({ gpu, wheel, cache, force, onProgress, signal: stop.signal });
      finish();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const verb = done.fetched || done.binding !== 'present' ? 'is installed' : 'was installed already';
      const variant = done.variant === 'cuda' ? ' with CUDA' : '';
      console.log(
        `TensorFlow ${done.version}${variant} ${verb} after ${seconds} s, ${bindings[done.binding]}.\n${done.folder}`,
      );
      if (cache && cache !== cacheFolder()) console.log(`Programs find it when DEFLOW_CACHE is ${cache}.`);
    } catch (error) {
      finish();
      if (!DeFlowError.isInstance(error)) throw error;
      console.error(`${error.name}: ${error.message}`);
      process.exitCode = stop.signal.aborted ? 130 : 1;
    }
  },
});
