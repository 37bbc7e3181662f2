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
export type { Precision } from './compile/precision.ts';
export type { TensorTree } from './compile/tensor-tree.ts';
export { runDoctor } from './doctor/doctor.ts';
export type { Check, DoctorReport } from './doctor/report.ts';
export type { BackendName, Engine, UnavailableBackend, UseTensorFlowOptions } from './engine.ts';
export {
  AlreadyStartedError,
  BackendUnavailableError,
  BindingBuildError,
  BindingLoadError,
  CacheWriteError,
  CompilerMissingError,
  DeFlowError,
  type DeFlowErrorDetails,
  DiskFullError,
  DownloadError,
  InstallError,
  InstallInterruptedError,
  OptionError,
  PythonMissingError,
  UnsupportedPlatformError,
  WheelFileError,
  WheelHashError,
} from './errors.ts';
export { registerExactMirrorPadGradient } from './gradients/mirror-pad.ts';
export { registerFastGradients } from './gradients/register-fast-gradients.ts';
export { type Installation, type InstallOptions, installTensorFlow } from './install/install-tensorflow.ts';
export type { InstallProgress, OnProgress } from './install/progress.ts';
export type { Device } from './native/binding.ts';
export type { Threads } from './threads.ts';
export { useTensorFlow } from './use-tensorflow.ts';
export { registerWasmTrainingKernels } from './wasm/register-kernels.ts';
export { useWasm } from './wasm/use-wasm.ts';
