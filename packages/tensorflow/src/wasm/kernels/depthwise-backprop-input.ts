import {
  backend_util,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
} from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { forEachTap } from '../depthwise-taps.ts';
import { trainingKernel } from '../training-kernel.ts';

/** dx[batch, row, column, c] = sum over taps i, j and m of dy[batch, (row + pad - i) / stride, ..., c * M + m] w[i, j, c, m]. */
export const depthwiseBackpropInput = trainingKernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>(DepthwiseConv2dNativeBackpropInput, ({ inputs, attrs, backend }) => {
  const { dy, filter } = inputs;
  const { strides, dilations, pad, dimRoundingMode, inputShape } = attrs;
  const filterShape = filter.shape as [number, number, number, number];
  const shape = backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const dx = backend.makeOutput(inputShape, 'float32');
  const [dxs, dys, weights] = [floatsOf(backend, dx), floatsOf(backend, dy), floatsOf(backend, filter)];
  const { inChannels, outChannels } = shape;
  const multiplier = outChannels / inChannels;
  dxs.fill(0);
  forEachTap(shape, (input, output, tap) => {
    for (let channel = 0; channel < inChannels; channel++) {
      let sum = 0;
      for (let m = channel * multiplier; m < (channel + 1) * multiplier; m++)
        sum += dys[output + m]! * weights[tap + m]!;
      dxs[input + channel]! += sum;
    }
  });
  return dx;
});
