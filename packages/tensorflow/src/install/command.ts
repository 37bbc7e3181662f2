import { defineCommand } from 'citty';
import { DeFlowError } from '../errors.ts';
import { installTensorFlow } from './install-tensorflow.ts';
import { progressReporter } from './report-progress.ts';

const bindings = {
  present: 'its binding was there',
  shipped: 'with the binding that the package ships',
  compiled: 'with a binding compiled here',
};

/** `deflow-tensorflow install`. */
export const installCommand = defineCommand({
  meta: { name: 'install', description: 'Install TensorFlow into the per-user cache, through pip.' },
  args: {
    gpu: { type: 'boolean', description: 'with CUDA and its libraries (3.4 GB) instead of the plain one (270 MB)' },
    wheel: { type: 'string', description: 'a wheel file, or a folder of wheels, instead of pip', valueHint: 'PATH' },
    cache: { type: 'string', description: 'the folder to install into', valueHint: 'DIR' },
    force: { type: 'boolean', description: 'install again what is installed' },
  },
  async run({ args: { gpu, wheel, cache, force } }) {
    const start = performance.now();
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    process.once('SIGTERM', () => stop.abort());
    const { onProgress, finish } = progressReporter();
    try {
      const done = await installTensorFlow({ gpu, wheel, cache, force, onProgress, signal: stop.signal });
      finish();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const verb = done.fetched || done.binding !== 'present' ? 'is installed' : 'was installed already';
      const variant = done.variant === 'cuda' ? ' with CUDA' : '';
      console.log(
        `TensorFlow ${done.version}${variant} ${verb} after ${seconds} s, ${bindings[done.binding]}.\n${done.folder}`,
      );
    } catch (error) {
      finish();
      if (!DeFlowError.isInstance(error)) throw error;
      console.error(`${error.name}: ${error.message}`);
      process.exitCode = stop.signal.aborted ? 130 : 1;
    }
  },
});
