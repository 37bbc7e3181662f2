export type { BackendName, Engine, UnavailableBackend, UseTensorFlowOptions } from './engine.ts';
export {
  AlreadyStartedError,
  BackendUnavailableError,
  BindingBuildError,
  CompilerMissingError,
  DeFlowError,
  type DeFlowErrorDetails,
  InstallError,
  OptionError,
} from './errors.ts';
export type { Device } from './native/binding.ts';
export { useTensorFlow } from './use-tensorflow.ts';
