import {
  backend_util,
  Conv3DBackpropFilterV2,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropFilterV2Inputs,
} from '@tensorflow/tfjs-core';
import { addressOf, floatsOf } from '../backend.ts';
import { contractOn } from '../contraction.ts';
import { trainingKernel } from '../training-kernel.ts';
import { forEachTapRun } from '../volume-taps.ts';

type Shape5D = [number, number, number, number, number];

/**
 * The gradient of a convolution in three dimensions by its filter: dw[tap] = sum of x[place * stride + tap - pad] dy[place].
 * The backend's own is wrong for strides above 1.
 */
export const conv3dBackpropFilter = trainingKernel<Conv3DBackpropFilterV2Inputs, Conv3DBackpropFilterV2Attrs>(
  Conv3DBackpropFilterV2,
  ({ inputs: { x, dy }, attrs: { strides, pad, filterShape }, backend }) => {
    const shape = backend_util.computeConv3DInfo(x.shape as Shape5D, filterShape, strides, 1, pad);
    const { inChannels, outChannels, strideWidth } = shape;
    const dw = backend.makeOutput(filterShape, 'float32');
    floatsOf(backend, dw).fill(0);
    const contract = contractOn(backend);
    const source = addressOf(backend, x);
    const gradient = addressOf(backend, dy);
    const target = addressOf(backend, dw);
    forEachTapRun(shape, ({ tap, output, input, count }) => {
      const address = target + 4 * tap * inChannels * outChannels;
      contract(source + 4 * input * inChannels, gradient + 4 * output * outChannels, address, {
        rows: inChannels,
        columns: outChannels,
        aRow: 1,
        cRow: outChannels,
        counts: [count, 1, 1],
        aStrides: [strideWidth * inChannels, 0, 0],
        bStrides: [outChannels, 0, 0],
        accumulate: true,
      });
    });
    return dw;
  },
);
