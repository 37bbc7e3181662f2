import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
} from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { forEachTap } from '../depthwise-taps.ts';
import { trainingKernel } from '../training-kernel.ts';

/** dw[i, j, c, m] = sum over batch, row, column of x[batch, row * stride + i - pad, ..., c] dy[batch, row, column, c * M + m]. */
export const depthwiseBackpropFilter = trainingKernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>(DepthwiseConv2dNativeBackpropFilter, ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs;
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attrs;
  const imageShape = x.shape as [number, number, number, number];
  const shape = backend_util.computeConv2DInfo(imageShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const dw = backend.makeOutput(filterShape, 'float32');
  const [xs, dys] = [floatsOf(backend, x), floatsOf(backend, dy)];
  const { inChannels, outChannels } = shape;
  const multiplier = outChannels / inChannels;
  const sums = new Float64Array(filterShape.reduce((size, length) => size * length, 1));
  forEachTap(shape, (input, output, tap) => {
    for (let channel = 0; channel < inChannels; channel++) {
      const value = xs[input + channel]!;
      for (let m = channel * multiplier; m < (channel + 1) * multiplier; m++)
        sums[tap + m]! += value * dys[output + m]!;
    }
  });
  floatsOf(backend, dw).set(sums);
  return dw;
});
