export { type CompiledFunction, type CompileOptions, compile, type Execution } from './compile/compile.ts';
export {
  CompileArgumentError,
  CompileError,
  CompileResultError,
  EscapedTensorError,
  FunctionDisposedError,
  FunctionFailedError,
  LargeConstantError,
  OuterTensorError,
  ReadDuringCaptureError,
  StateBusyError,
  StateDisposedError,
  UnrepeatableFunctionError,
  ValueDependentShapeError,
  VariableInsideError,
} from './compile/errors.ts';
export type { TensorTree } from './compile/tensor-tree.ts';
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
export { registerFastGradients } from './gradients/register-fast-gradients.ts';
export type { Device } from './native/binding.ts';
export { useTensorFlow } from './use-tensorflow.ts';
