import { backend_util, Sum, type SumAttrs, type SumInputs, util } from '@tensorflow/tfjs-core';
import { addressOf, type WasmBackend, withScratch } from '../backend.ts';
import { type ContractionLayout, contractOn } from '../contraction.ts';
import { trainingKernel } from '../training-kernel.ts';

const lanes = 8;
// Sums of fewer numbers are not worth the calls.
const longRow = 64;

/**
 * Sums over neighbouring axes, [outer, summed, inner], as products with ones: eight sums at a time, where the backend's own
 * transposes first and adds one number after the other.
 */
export const sum = trainingKernel<SumInputs, SumAttrs>(Sum, ({ inputs: { x }, attrs, backend }, stock) => {
  const axes = util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b);
  const first = axes[0] ?? 0;
  const last = axes.at(-1) ?? -1;
  const areNeighbours = axes.length > 0 && last - first === axes.length - 1;
  if (x.dtype !== 'float32' || !areNeighbours) return stock();
  const outer = util.sizeFromShape(x.shape.slice(0, first));
  const summed = util.sizeFromShape(x.shape.slice(first, last + 1));
  const inner = util.sizeFromShape(x.shape.slice(last + 1));
  if (outer * inner > 1 && inner === 1 && summed < longRow) return stock();
  const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const result = backend.makeOutput(attrs.keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, 'float32');
  const [from, to] = [addressOf(backend, x), addressOf(backend, result)];
  if (inner === 1) sumRows(backend, from, to, outer, summed);
  else sumColumns(backend, from, to, { outer, summed, inner });
  return result;
});

interface Box {
  readonly outer: number;
  readonly summed: number;
  readonly inner: number;
}

function sumColumns(backend: WasmBackend, from: number, to: number, { outer, summed, inner }: Box): void {
  const contract = contractOn(backend);
  const layout: ContractionLayout = {
    ...{ rows: 1, columns: inner, aRow: 0, cRow: inner },
    ...{ counts: [summed, 1, 1], aStrides: [0, 0, 0], bStrides: [inner, 0, 0] },
  };
  withScratch(backend, 1, (one) => {
    backend.wasm.HEAPF32[one / 4] = 1;
    for (let index = 0; index < outer; index++) {
      contract(one, from + 4 * index * summed * inner, to + 4 * index * inner, layout);
    }
  });
}

function sumRows(backend: WasmBackend, from: number, to: number, rows: number, length: number): void {
  const whole = Math.floor(length / lanes);
  withScratch(backend, lanes, (partial) => {
    const heap = backend.wasm.HEAPF32;
    for (let row = 0; row < rows; row++) {
      const start = from + 4 * row * length;
      sumColumns(backend, start, partial, { outer: 1, summed: whole, inner: lanes });
      let total = 0;
      for (let lane = 0; lane < lanes; lane++) total += heap[partial / 4 + lane]!;
      for (let rest = whole * lanes; rest < length; rest++) total += heap[start / 4 + rest]!;
      heap[to / 4 + row] = total;
    }
  });
}
