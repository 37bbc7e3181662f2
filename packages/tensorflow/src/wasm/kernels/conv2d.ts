import { backend_util, Conv2D, type Conv2DAttrs, type Conv2DInputs } from '@tensorflow/tfjs-core';
import { addressOf, hasThreads } from '../backend.ts';
import { type ContractionLayout, contractOn } from '../contraction.ts';
import { multiplyMatrices } from '../matrix-product.ts';
import { forEachWindow } from '../padded-image.ts';
import { isPointwise } from '../pointwise.ts';
import { trainingKernel } from '../training-kernel.ts';

/**
 * Convolution of images [batch, height, width, in] with a filter [height, width, in, out], any strides and dilations.
 * The backend's own packs the filter anew whenever it changes, as it does in every training step; it stays in use where
 * it has several threads.
 */
export const conv2d = trainingKernel<Conv2DInputs, Conv2DAttrs>(Conv2D, ({ inputs, attrs, backend }, stock) => {
  const { x, filter } = inputs;
  const { strides, pad, dilations, dimRoundingMode } = attrs;
  if (attrs.dataFormat === 'NCHW' || hasThreads(backend)) return stock();
  const shape = backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = shape;
  const y = backend.makeOutput(shape.outShape, 'float32');
  const contract = contractOn(backend);
  const b = addressOf(backend, filter);
  const c = addressOf(backend, y);
  const window = {
    top: -padInfo.top,
    left: -padInfo.left,
    height: (outHeight - 1) * strideHeight + (filterHeight - 1) * dilationHeight + 1,
    width: (outWidth - 1) * strideWidth + (filterWidth - 1) * dilationWidth + 1,
  };
  if (isPointwise(shape)) {
    multiplyMatrices(backend, {
      ...{ a: addressOf(backend, x), b, c },
      rows: batchSize * outHeight * outWidth,
      inner: inChannels,
      columns: outChannels,
      ...{ aRow: inChannels, aInner: 1, bInner: outChannels, bColumn: 1 },
    });
    return y;
  }
  const images = {
    address: addressOf(backend, x),
    count: batchSize,
    height: inHeight,
    width: inWidth,
    channels: inChannels,
  };
  const isDense = dilationWidth === 1;
  const tap = inChannels * outChannels;
  forEachWindow(backend, images, window, (address, rowLength, index) => {
    const layout: ContractionLayout = {
      rows: outWidth,
      columns: outChannels,
      aRow: strideWidth * inChannels,
      cRow: outChannels,
      counts: isDense ? [filterWidth * inChannels, filterHeight, 1] : [inChannels, filterWidth, filterHeight],
      aStrides: isDense
        ? [1, dilationHeight * rowLength, 0]
        : [1, dilationWidth * inChannels, dilationHeight * rowLength],
      bStrides: isDense ? [outChannels, filterWidth * tap, 0] : [outChannels, tap, filterWidth * tap],
    };
    for (let row = 0; row < outHeight; row++) {
      const output = (index * outHeight + row) * outWidth * outChannels;
      contract(address + 4 * row * strideHeight * rowLength, b, c + 4 * output, layout);
    }
  });
  return y;
});
