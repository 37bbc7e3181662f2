export { BackendUnavailableError, DeFlowError } from './errors.ts';
export { registerWasmTrainingKernels } from './wasm/register-kernels.ts';
