import { type BatchMatMulAttrs, type BatchMatMulInputs, clone, type Tensor } from '@tensorflow/tfjs-core';
import { activeCapture } from '../compile/backend-hooks.ts';
import { boolAttribute, typeAttribute } from '../compile/node-backend.ts';
import { type NativeKernel, nativeKernel } from './native-kernel.ts';

/** Whether what is being recorded will be rewritten to use bfloat16. */
const isRewritten = () => activeCapture()?.recording.precision === 'bfloat16';

/**
 * `InFloat32`: gives back `x`. TensorFlow's rewriter computes everything between two convolutions in bfloat16; it goes through no
 * operation that it does not know, such as the copy that this puts into the graph.
 */
const inFloat32 = nativeKernel<{ readonly x: Tensor }, object>('InFloat32', ({ inputs: { x }, backend }) => {
  if (!isRewritten()) return clone(x);
  return backend.executeSingleOutput(
    'DeepCopy',
    [typeAttribute(backend.binding, 'T', backend.getDTypeInteger(x.dtype))],
    [x],
  );
});

/** Products of two matrices keep float32 (see `bfloat16Configuration`); those of batches of them, as convolutions use, do not. */
const matrixProduct = nativeKernel<BatchMatMulInputs, BatchMatMulAttrs>(
  'BatchMatMul',
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }, stock) => {
    if (!isRewritten() || a.rank !== 2 || b.rank !== 2 || a.dtype !== 'float32') return stock();
    const { binding } = backend;
    return backend.executeSingleOutput(
      'MatMul',
      [
        typeAttribute(binding, 'T', binding.TF_FLOAT),
        boolAttribute(binding, 'transpose_a', transposeA),
        boolAttribute(binding, 'transpose_b', transposeB),
      ],
      [a, b],
    );
  },
);

export const precisionKernels: readonly NativeKernel[] = [inFloat32, matrixProduct];
