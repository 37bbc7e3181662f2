import { backend_util, Sum, type SumAttrs, type SumInputs, util } from '@tensorflow/tfjs-core';
import { addressOf, type WasmBackend, withScratch } from '../backend.ts';
import { type ContractionLayout, contractOn } from '../contraction.ts';
import { trainingKernel } from '../training-kernel.ts';

const lanes = 8;
// Longer sums are sums of sums: the error of each grows with what it adds up.
const block = 1024;
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
  const layoutOf = (count: number): ContractionLayout => ({
    ...{ rows: 1, columns: inner, aRow: 0, cRow: inner },
    ...{ counts: [count, 1, 1], aStrides: [0, 0, 0], bStrides: [inner, 0, 0] },
  });
  const blocks = Math.ceil(summed / block);
  const isShort = blocks < 2;
  withScratch(backend, isShort ? 1 : 1 + blocks * inner, (one) => {
    backend.wasm.HEAPF32[one / 4] = 1;
    const partial = one + 4;
    for (let index = 0; index < outer; index++) {
      const start = from + 4 * index * summed * inner;
      const target = to + 4 * index * inner;
      if (isShort) contract(one, start, target, layoutOf(summed));
      else {
        for (let first = 0; first < summed; first += block) {
          const layout = layoutOf(Math.min(block, summed - first));
          contract(one, start + 4 * first * inner, partial + 4 * (first / block) * inner, layout);
        }
        contract(one, partial, target, layoutOf(blocks));
      }
    }
  });
}

function sumRows(backend: WasmBackend, from: number, to: number, rows: number, length: number): void {
  const whole = Math.floor(length / lanes);
  withScratch(backend, lanes, (partial) => {
    for (let row = 0; row < rows; row++) {
      const start = from + 4 * row * length;
      sumColumns(backend, start, partial, { outer: 1, summed: whole, inner: lanes });
      const heap = backend.wasm.HEAPF32;
      let total = 0;
      for (let lane = 0; lane < lanes; lane++) total += heap[partial / 4 + lane]!;
      for (let rest = whole * lanes; rest < length; rest++) total += heap[start / 4 + rest]!;
      heap[to / 4 + row] = total;
    }
  });
}
