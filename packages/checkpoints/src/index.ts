export {
  CheckpointArchiveError,
  CheckpointContentError,
  CheckpointFileError,
  CheckpointFormatError,
  CheckpointLimitError,
  CheckpointTruncatedError,
  ForeignObjectError,
} from './errors.ts';
export {
  type DecodePyTorchOptions,
  decodePyTorch,
  type PyTorchContainer,
  type PyTorchFile,
} from './pytorch/decode-pytorch.ts';
export { type EncodePyTorchOptions, encodePyTorch, type PyTorchValue } from './pytorch/encode-pytorch.ts';
export { decodeSafetensors } from './safetensors/decode-safetensors.ts';
export { encodeSafetensors, type NamedTensors } from './safetensors/encode-safetensors.ts';
export type { SafetensorsFile } from './safetensors/format.ts';
export { type StateDictOptions, stateDict } from './state-dict.ts';
export { type CheckpointSummary, summarize, type TensorSummary } from './summary.ts';
export type { CheckpointTensor, TensorArrays, TensorType } from './tensor.ts';
export { toFloat32 } from './to-float32.ts';
export { type CheckpointKey, type CheckpointValue, isTensor } from './value.ts';
