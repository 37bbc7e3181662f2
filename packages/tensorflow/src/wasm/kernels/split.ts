import { backend_util, SplitV, type SplitVAttrs, type SplitVInputs, type Tensor, util } from '@tensorflow/tfjs-core';
import { copyBox, isCopyable } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** A tensor in pieces along one axis. The backend's own copies the whole tensor for each piece. */
export const split = trainingKernel<SplitVInputs, SplitVAttrs>(SplitV, ({ inputs: { x }, attrs, backend }, stock) => {
  if (!isCopyable(x)) return stock();
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
  let start = 0;
  return backend_util.prepareSplitSize(x as Tensor, attrs.numOrSizeSplits, axis).map((length) => {
    const begin = x.shape.map((_, other) => (other === axis ? start : 0));
    const size = x.shape.map((all, other) => (other === axis ? length : all));
    start += length;
    return copyBox(backend, x, begin, size);
  });
});
