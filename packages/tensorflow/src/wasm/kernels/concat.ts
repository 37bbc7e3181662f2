import { backend_util, Concat, type ConcatAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { isCopyable, placeBox } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** Tensors behind each other along one axis. */
export const concat = trainingKernel<TensorInfo[], ConcatAttrs>(Concat, ({ inputs, attrs, backend }, stock) => {
  if (!inputs.every(isCopyable)) return stock();
  const shapes = inputs.map(({ shape }) => shape);
  const axis = util.parseAxisParam(attrs.axis, shapes[0]!)[0]!;
  backend_util.assertParamsConsistent(shapes, axis);
  const result = backend.makeOutput(backend_util.computeOutShape(shapes, axis), inputs[0]!.dtype);
  let start = 0;
  for (const input of inputs) {
    placeBox(
      backend,
      input,
      result,
      input.shape.map((_, other) => (other === axis ? start : 0)),
    );
    start += input.shape[axis]!;
  }
  return result;
});
