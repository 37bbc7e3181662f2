import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  broadcast_util,
  util,
} from '@tensorflow/tfjs-core';
import { addressOf, withScratch } from '../backend.ts';
import { contractOn } from '../contraction.ts';
import { multiplyMatrices, transposeMatrix } from '../matrix-product.ts';
import { trainingKernel } from '../training-kernel.ts';

/**
 * Products of matrices, each stored as it is or transposed, in batches that broadcast. The backend's own is fast only
 * for a single pair as it is; gradients of products need the others.
 */
export const batchMatMul = trainingKernel<BatchMatMulInputs, BatchMatMulAttrs>(BatchMatMul, (call, stock) => {
  const { inputs, attrs, backend } = call;
  const { a, b } = inputs;
  const { transposeA, transposeB } = attrs;
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return stock();
  const [aHeight, aWidth] = a.shape.slice(-2) as [number, number];
  const [bHeight, bWidth] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = transposeA ? [aWidth, aHeight] : [aHeight, aWidth];
  const columns = transposeB ? bHeight : bWidth;
  const batchShape = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const aBatches = batchOffsets(a.shape, batchShape);
  const bBatches = batchOffsets(b.shape, batchShape);
  const product = backend.makeOutput([...batchShape, rows, columns], 'float32');
  const contract = contractOn(backend);
  const multiplyAll = (turned: number) => {
    const [aAddress, bAddress] = [addressOf(backend, a), addressOf(backend, b)];
    let turnedOffset = -1;
    for (let batch = 0; batch < aBatches.length; batch++) {
      const bOffset = bBatches[batch]!;
      if (transposeB && bOffset !== turnedOffset) {
        transposeMatrix(backend.wasm.HEAPF32, bAddress + 4 * bOffset, turned, bHeight, bWidth);
        turnedOffset = bOffset;
      }
      multiplyMatrices(contract, {
        a: aAddress + 4 * aBatches[batch]!,
        b: transposeB ? turned : bAddress + 4 * bOffset,
        c: addressOf(backend, product) + 4 * batch * rows * columns,
        rows,
        inner,
        columns,
        aRow: transposeA ? 1 : aWidth,
        aInner: transposeA ? aWidth : 1,
      });
    }
  };
  if (transposeB) withScratch(backend, bHeight * bWidth, multiplyAll);
  else multiplyAll(0);
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
