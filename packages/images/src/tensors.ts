export { type MatrixProductOptions, matrixProduct } from './matrix-product.ts';
export { resizeTensor } from './resize/resize-tensor.ts';
export { fromTensor, toTensor } from './tensor-conversion.ts';
