import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  type TensorInfo,
  Transpose,
} from '@tensorflow/tfjs-core';
import { addressOf, floatsOf, type WasmBackend } from '../backend.ts';
import { type ContractionLayout, contractOn } from '../contraction.ts';
import { outputsInside } from '../outputs-inside.ts';
import { isPointwise } from '../pointwise.ts';
import { runKernel, trainingKernel } from '../training-kernel.ts';

// Pixels summed before the next tile of the filter: both operands stay in the second-level cache.
const pixelBlock = 256;

/**
 * The gradient of a convolution by its filter:
 * dw[i, j, in, out] = sum over batch, row, column of x[batch, row * stride + i - pad, ..., in] dy[batch, row, column, out].
 */
export const conv2dBackpropFilter = trainingKernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, backend }) => {
    if (attrs.dataFormat !== 'NCHW') return filterGradient(backend, inputs.x, inputs.dy, attrs);
    const perm = [0, 2, 3, 1];
    const x = runKernel(backend, Transpose, { x: inputs.x }, { perm });
    const dy = runKernel(backend, Transpose, { x: inputs.dy }, { perm });
    const gradient = filterGradient(backend, x, dy, attrs);
    backend.disposeData(x.dataId);
    backend.disposeData(dy.dataId);
    return gradient;
  },
);

function filterGradient(
  backend: WasmBackend,
  x: TensorInfo,
  dy: TensorInfo,
  attrs: Conv2DBackpropFilterAttrs,
): TensorInfo {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const imageShape = x.shape as [number, number, number, number];
  const shape = backend_util.computeConv2DInfo(imageShape, filterShape, strides, 1, pad, dimRoundingMode);
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels, padInfo } = shape;
  const dw = backend.makeOutput(filterShape, 'float32');
  floatsOf(backend, dw).fill(0);
  const contract = contractOn(backend);
  const [xAddress, dyAddress, dwAddress] = [x, dy, dw].map((tensor) => addressOf(backend, tensor)) as [
    number,
    number,
    number,
  ];
  const { batchSize, inHeight, outHeight, inWidth, outWidth } = joinRows(shape);
  const rowsAtOnce = Math.max(1, Math.floor(pixelBlock / Math.max(1, outWidth)));
  for (let first = 0; first < outHeight; first += rowsAtOnce) {
    const last = Math.min(outHeight, first + rowsAtOnce);
    const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
      const down = Math.floor(tap / filterWidth) - padInfo.top;
      const across = (tap % filterWidth) - padInfo.left;
      const rows = outputsInside(down, strideHeight, inHeight, first, last);
      const columns = outputsInside(across, strideWidth, inWidth, 0, outWidth);
      const layout: ContractionLayout = {
        rows: inChannels,
        columns: outChannels,
        aRow: 1,
        cRow: outChannels,
        counts: [columns.count, rows.count, 1],
        aStrides: [strideWidth * inChannels, strideHeight * inWidth * inChannels, 0],
        bStrides: [outChannels, outWidth * outChannels, 0],
        accumulate: true,
      };
      const input = (rows.start * strideHeight + down) * inWidth + columns.start * strideWidth + across;
      return { input: input * inChannels, output: (rows.start * outWidth + columns.start) * outChannels, layout };
    });
    for (let batch = 0; batch < batchSize; batch++) {
      const image = xAddress + 4 * batch * inHeight * inWidth * inChannels;
      const gradient = dyAddress + 4 * batch * outHeight * outWidth * outChannels;
      taps.forEach(({ input, output, layout }, tap) => {
        contract(image + 4 * input, gradient + 4 * output, dwAddress + 4 * tap * inChannels * outChannels, layout);
      });
    }
  }
  return dw;
}

/** A pointwise convolution takes all images for one, high one. */
function joinRows(shape: backend_util.Conv2DInfo) {
  const { batchSize, inHeight, outHeight, inWidth, outWidth } = shape;
  if (!isPointwise(shape)) return { batchSize, inHeight, outHeight, inWidth, outWidth };
  const rows = batchSize * inHeight;
  return { batchSize: 1, inHeight: rows, outHeight: rows, inWidth, outWidth };
}
