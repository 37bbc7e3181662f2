import {
  backend_util,
  cast,
  clone,
  div,
  exp,
  fill,
  type GatherV2Attrs,
  type GatherV2Inputs,
  greater,
  isNaN as isNotANumber,
  type MeanInputs,
  max,
  onesLike,
  type RoundInputs,
  type SoftmaxAttrs,
  type SoftmaxInputs,
  type StepAttrs,
  type StepInputs,
  scalar,
  sub,
  sum,
  type Tensor,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { activeCapture } from '../compile/backend-hooks.ts';
import { typeAttribute } from '../compile/node-backend.ts';
import { type NativeKernel, nativeKernel } from './native-kernel.ts';

/** TensorFlow 2.21 rounds int32 to 0. */
const round = nativeKernel<RoundInputs, object>('Round', ({ inputs: { x } }, stock) =>
  x.dtype === 'float32' ? stock() : clone(x),
);

/** tfjs-node names the type before its cast to float32, which a graph refuses. */
const mean = nativeKernel<MeanInputs, object>('Mean', ({ inputs: { x } }, stock) => {
  if (x.dtype === 'float32') return stock();
  const asFloat = cast(x, 'float32');
  const result = stock({ x: asFloat });
  asFloat.dispose();
  return result;
});

/** tfjs-node fetches the indices to check them, which no captured function can; TensorFlow checks them itself on the processor. */
const gather = nativeKernel<GatherV2Inputs, GatherV2Attrs>('GatherV2', ({ inputs, attrs, backend }, stock) => {
  if (!activeCapture()) return stock();
  const { x, indices } = inputs;
  const { axis, batchDims } = attrs;
  backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  const { binding } = backend;
  const attributes = [
    { name: 'batch_dims', type: binding.TF_ATTR_INT, value: batchDims },
    typeAttribute(binding, 'Tparams', backend.getDTypeInteger(x.dtype)),
    typeAttribute(binding, 'Tindices', backend.getDTypeInteger(indices.dtype)),
    typeAttribute(binding, 'Taxis', binding.TF_INT32),
  ];
  return tidy(() => backend.executeSingleOutput('GatherV2', attributes, [x, indices, scalar(axis, 'int32')]));
});

/** tfjs-node makes as many ones on the host as x has values. */
const step = nativeKernel<StepInputs, StepAttrs>('Step', ({ inputs: { x }, attrs: { alpha } }) =>
  tidy(() => {
    const below = fill(x.shape, alpha, x.dtype as 'float32');
    const stepped = where(greater(x, scalar(0, x.dtype)), onesLike(x as Tensor), below);
    return x.dtype === 'float32' ? where(isNotANumber(x as Tensor), x as Tensor, stepped) : stepped;
  }),
);

/**
 * exp(x - max x) / sum of exp(x - max x). TensorFlow's own operation has another result inside a function than outside on the
 * processor, where oneDNN takes its place: other last bits, and zeros beside a NaN.
 */
const softmax = nativeKernel<SoftmaxInputs, SoftmaxAttrs>('Softmax', ({ inputs: { logits }, attrs: { dim } }) =>
  tidy(() => {
    const powers = exp(sub(logits, max(logits, dim, true)));
    return div(powers, sum(powers, dim, true));
  }),
);

/** Kernels of tfjs-node that are wrong with TensorFlow 2.21, cannot be captured, or are slow for no reason. */
export const correctedKernels: readonly NativeKernel[] = [gather, mean, round, softmax, step];
