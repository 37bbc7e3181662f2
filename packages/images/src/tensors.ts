export { resizeTensor } from './resize/resize-tensor.ts';
export { fromTensor, toTensor } from './tensor-conversion.ts';
