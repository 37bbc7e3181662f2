import {
  backend_util,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
} from '@tensorflow/tfjs-core';
import { addressOf, floatsOf, withScratch } from '../backend.ts';
import { contractOn } from '../contraction.ts';
import { transposeMatrix } from '../matrix-product.ts';
import { trainingKernel } from '../training-kernel.ts';
import { forEachTapRun } from '../volume-taps.ts';

type Shape5D = [number, number, number, number, number];

/**
 * The gradient of a convolution in three dimensions by its input: dx[place * stride + tap - pad] += dy[place] w[tap]. The
 * backend's own is wrong.
 */
export const conv3dBackpropInput = trainingKernel<Conv3DBackpropInputV2Inputs, Conv3DBackpropInputV2Attrs>(
  Conv3DBackpropInputV2,
  ({ inputs: { dy, filter }, attrs: { strides, pad, inputShape }, backend }) => {
    const shape = backend_util.computeConv3DInfo(inputShape as Shape5D, filter.shape as Shape5D, strides, 1, pad);
    const { inChannels, outChannels, strideWidth } = shape;
    const dx = backend.makeOutput(inputShape, 'float32');
    floatsOf(backend, dx).fill(0);
    const contract = contractOn(backend);
    const taps = shape.filterDepth * shape.filterHeight * shape.filterWidth;
    const tapSize = 4 * inChannels * outChannels;
    withScratch(backend, taps * inChannels * outChannels, (turned) => {
      const weights = addressOf(backend, filter);
      for (let tap = 0; tap < taps; tap++) {
        const offset = tap * tapSize;
        transposeMatrix(backend.wasm.HEAPF32, weights + offset, turned + offset, inChannels, outChannels);
      }
      const target = addressOf(backend, dx);
      const source = addressOf(backend, dy);
      forEachTapRun(shape, ({ tap, output, input, count }) => {
        contract(source + 4 * output * outChannels, turned + tap * tapSize, target + 4 * input * inChannels, {
          rows: count,
          columns: inChannels,
          aRow: outChannels,
          cRow: strideWidth * inChannels,
          counts: [outChannels, 1, 1],
          aStrides: [1, 0, 0],
          bStrides: [inChannels, 0, 0],
          accumulate: true,
        });
      });
    });
    return dx;
  },
);
