import {
  backend_util,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
} from '@tensorflow/tfjs-core';
import { addressOf, withScratch } from '../backend.ts';
import { type ContractionLayout, contractOn } from '../contraction.ts';
import { multiplyMatrices, transposeMatrix } from '../matrix-product.ts';
import { forEachWindow } from '../padded-image.ts';
import { isPointwise } from '../pointwise.ts';
import { trainingKernel } from '../training-kernel.ts';

/**
 * The gradient of a convolution by its input, which is also the transposed convolution:
 * dx[batch, row, column, in] = sum over taps i, j and out of dy[batch, (row + pad - i) / stride, ..., out] w[i, j, in, out],
 * over those taps where the division leaves nothing. Pixels with the same row and column modulo the stride see the same
 * taps: each such set is a convolution without stride.
 */
export const conv2dBackpropInput = trainingKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs, attrs, backend }, stock) => {
    const { dy, filter } = inputs;
    const { strides, pad, dimRoundingMode, inputShape } = attrs;
    const filterShape = filter.shape as [number, number, number, number];
    const shape = backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = shape;
    const fits = dy.shape[1] === outHeight && dy.shape[2] === outWidth;
    if (attrs.dataFormat === 'NCHW' || !fits) return stock();
    const dx = backend.makeOutput(shape.inShape, 'float32');
    const weights = addressOf(backend, filter);
    if (isPointwise(shape)) {
      multiplyMatrices(backend, {
        ...{ a: addressOf(backend, dy), b: weights, c: addressOf(backend, dx) },
        rows: batchSize * inHeight * inWidth,
        inner: outChannels,
        columns: inChannels,
        ...{ aRow: outChannels, aInner: 1, bInner: 1, bColumn: outChannels },
      });
      return dx;
    }
    const contract = contractOn(backend);
    const tap = inChannels * outChannels;
    withScratch(backend, filterHeight * filterWidth * tap, (turned) => {
      for (let offset = 0; offset < 4 * filterHeight * filterWidth * tap; offset += 4 * tap) {
        transposeMatrix(backend.wasm.HEAPF32, weights + offset, turned + offset, inChannels, outChannels);
      }
      const target = addressOf(backend, dx);
      const address = addressOf(backend, dy);
      const top = Math.ceil((padInfo.top - filterHeight + 1) / strideHeight);
      const left = Math.ceil((padInfo.left - filterWidth + 1) / strideWidth);
      const window = {
        top,
        left,
        height: Math.floor((inHeight - 1 + padInfo.top) / strideHeight) + 1 - top,
        width: Math.floor((inWidth - 1 + padInfo.left) / strideWidth) + 1 - left,
      };
      const images = { address, count: batchSize, height: outHeight, width: outWidth, channels: outChannels };
      const phasesDown = phases(inHeight, filterHeight, strideHeight, padInfo.top);
      const phasesAcross = phases(inWidth, filterWidth, strideWidth, padInfo.left);
      forEachWindow(backend, images, window, (corner, rowLength, index) => {
        for (const down of phasesDown) {
          for (const across of phasesAcross) {
            const layout: ContractionLayout = {
              rows: across.pixels,
              columns: inChannels,
              aRow: outChannels,
              cRow: strideWidth * inChannels,
              counts: [outChannels, across.taps, down.taps],
              aStrides: [1, -outChannels, -rowLength],
              bStrides: [inChannels, strideWidth * tap, strideHeight * filterWidth * tap],
            };
            const taps = turned + 4 * (down.tap * filterWidth + across.tap) * tap;
            for (let step = 0; step < down.pixels; step++) {
              const source = (down.source + step - top) * rowLength + (across.source - left) * outChannels;
              const row = index * inHeight + down.first + step * strideHeight;
              contract(corner + 4 * source, taps, target + 4 * (row * inWidth + across.first) * inChannels, layout);
            }
          }
        }
      });
    });
    return dx;
  },
);

/**
 * One axis of the input by its place modulo the stride: the pixels first, first + stride, ...; the taps tap,
 * tap + stride, ... that reach them; and the output that the first of the taps pairs with the first of the pixels.
 */
function phases(length: number, filterLength: number, stride: number, before: number) {
  return Array.from({ length: Math.min(stride, length) }, (_, first) => {
    const tap = (first + before) % stride;
    return {
      first,
      tap,
      pixels: Math.ceil((length - first) / stride),
      taps: Math.max(0, Math.ceil((filterLength - tap) / stride)),
      source: (first + before - tap) / stride,
    };
  });
}
