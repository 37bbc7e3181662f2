import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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

const load = createRequire(import.meta.url);

/** Whether somebody asked TensorFlow to speak, which it does on stderr. */
const wantedLogLevel = (): string => (process.env.TF_CPP_MIN_LOG_LEVEL ??= '3');

/**
 * Loads the binding and makes TensorFlow's context, silently unless TF_CPP_MIN_LOG_LEVEL says otherwise.
 * One context a thread: a second start throws.
 */
export function startBinding(file: string, configuration: Uint8Array): StartedBinding {
  const level = Number(wantedLogLevel());
  load(logLevelFile(file)).setLogLevel(Number.isInteger(level) ? level : 3);
  return load(file).start({ configProto: configuration });
}

/** The small module that quiets TensorFlow before it is loaded lies beside the binding. */
export function logLevelFile(bindingFile: string): string {
  return join(dirname(bindingFile), bindingFile.slice(dirname(bindingFile).length + 1).replace('deflow_binding', 'deflow_log_level'));
}
