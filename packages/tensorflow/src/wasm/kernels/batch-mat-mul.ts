import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  broadcast_util,
  util,
} from '@tensorflow/tfjs-core';
import { addressOf } from '../backend.ts';
import { multiplyMatrices } from '../matrix-product.ts';
import { trainingKernel } from '../training-kernel.ts';

/**
 * Products of matrices, each stored as it is or transposed, in batches that broadcast. The backend's own is fast only
 * for a single pair stored as it is; gradients of products need the others.
 */
export const batchMatMul = trainingKernel<BatchMatMulInputs, BatchMatMulAttrs>(BatchMatMul, (call, stock) => {
  const { inputs, attrs, backend } = call;
  const { a, b } = inputs;
  const { transposeA, transposeB } = attrs;
  const [aHeight = 0, aWidth = 0] = a.shape.slice(-2);
  const [bHeight = 0, bWidth = 0] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [aWidth, aHeight] : [aHeight, aWidth];
  const areMatrices = Math.min(a.shape.length, b.shape.length) > 1 && inner === (transposeB ? bWidth : bHeight);
  if (!areMatrices || a.dtype !== 'float32' || b.dtype !== 'float32') return stock();
  const columns = transposeB ? bHeight : bWidth;
  const batchShape = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const product = backend.makeOutput([...batchShape, rows, columns], 'float32');
  const bOffsets = batchOffsets(b.shape, batchShape);
  batchOffsets(a.shape, batchShape).forEach((aOffset, batch) => {
    multiplyMatrices(backend, {
      a: addressOf(backend, a) + 4 * aOffset,
      b: addressOf(backend, b) + 4 * bOffsets[batch]!,
      c: addressOf(backend, product) + 4 * batch * rows * columns,
      rows,
      inner,
      columns,
      aRow: transposeA ? 1 : aWidth,
      aInner: transposeA ? aWidth : 1,
      bInner: transposeB ? 1 : bWidth,
      bColumn: transposeB ? bWidth : 1,
    });
  });
  return product;
});

/** For each batch of the product, in order, the place of its operand's matrix. */
function batchOffsets(shape: readonly number[], batchShape: readonly number[]): number[] {
  const own = shape.slice(0, -2);
  const size = util.sizeFromShape(shape.slice(-2));
  const padded = [...new Array<number>(batchShape.length - own.length).fill(1), ...own];
  let offsets = [0];
  batchShape.forEach((length, axis) => {
    const step = padded[axis] === 1 ? 0 : size * util.sizeFromShape(padded.slice(axis + 1));
    offsets = offsets.flatMap((offset) => Array.from({ length }, (_, index) => offset + index * step));
  });
  return offsets;
}
