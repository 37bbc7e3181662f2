import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type ContextConfiguration, configProto } from './config-proto.ts';

export interface Device {
  /** TensorFlow's name, such as /job:localhost/replica:0/task:0/device:GPU:0. */
  readonly name: string;
  /** CPU or GPU. */
  readonly type: string;
}

/** The native half of the engine, as far as starting it needs to know it: native/deflow_binding.cc over tfjs-node's binding. */
export interface StartedBinding {
  isUsingGpuDevice(): boolean;
  listDevices(): Device[];
  readonly TF_Version: string;
}

/** The small module beside the binding that loads it without TensorFlow's start-up messages. */
export const quietFile = (bindingFile: string): string =>
  join(dirname(bindingFile), basename(bindingFile).replace('deflow_binding', 'deflow_quiet'));

/**
 * Loads the binding and makes TensorFlow's context, silently unless TF_CPP_MIN_LOG_LEVEL asks for messages (0 to 2).
 * One context a thread: a second start throws.
 */
export function startBinding(file: string, configuration: ContextConfiguration): StartedBinding {
  const load = createRequire(import.meta.url);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // Otherwise every gradient of a convolution plans itself anew: 4 % of a step in bfloat16, for no memory that was measured.
  process.env.TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE ??= 'false';
  const silent = process.env.TF_CPP_MIN_LOG_LEVEL === '3';
  const module = silent ? load(quietFile(file)).quietly(() => load(file)) : load(file);
  return module.start({ configProto: configProto(configuration), threads: configuration.threads.within });
}
