export { resizeTensor } from './resize-tensor.ts';
export { fromTensor, toTensor } from './tensor-conversion.ts';
