import { type WasmBackend, withScratch } from './backend.ts';
import { contractOn } from './contraction.ts';

/** c = a b for matrices in the backend's memory: addresses in bytes, strides in numbers; c is stored row by row. */
export interface MatrixProduct {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly aRow: number;
  readonly aInner: number;
  readonly bInner: number;
  readonly bColumn: number;
}

// A block of a, 128 KiB, stays in the second-level cache, a panel of b, 16 KiB, in the first.
const innerBlock = 512;
const rowBlock = 64;
const panelWidth = 8;
// Below these, laying an operand out anew costs more than it gains.
const wideColumns = 128;
const farInner = 256;

/** Multiplies matrices block by block; operands that lie badly for that are laid out anew on the way. */
export function multiplyMatrices(backend: WasmBackend, product: MatrixProduct): void {
  const { b, rows, inner, columns, bInner, bColumn } = product;
  const contract = contractOn(backend);
  const inPanels = bColumn !== 1 || (columns >= wideColumns && rows >= rowBlock);
  const turnsA = product.aInner >= farInner && columns >= wideColumns;
  const depth = Math.min(inner, innerBlock);
  const panels = Math.ceil(columns / panelWidth) * panelWidth;
  const room = (inPanels ? depth * panels : 0) + (turnsA ? depth * rowBlock : 0);
  withScratch(backend, room, (scratch) => {
    const heap = backend.wasm.HEAPF32;
    const aBlock = scratch + (inPanels ? 4 * depth * panels : 0);
    for (let k = 0; k < Math.max(inner, 1); k += innerBlock) {
      const count = Math.min(innerBlock, inner - k);
      const bBlock = b + 4 * k * bInner;
      if (inPanels) layInPanels(heap, { from: bBlock, to: scratch, count, columns, bInner, bColumn });
      for (let row = 0; row < rows; row += rowBlock) {
        const height = Math.min(rowBlock, rows - row);
        const aAt = product.a + 4 * (row * product.aRow + k * product.aInner);
        if (turnsA) turn(heap, { from: aAt, to: aBlock, height, count, row: product.aRow, inner: product.aInner });
        contract(turnsA ? aBlock : aAt, inPanels ? scratch : bBlock, product.c + 4 * row * columns, {
          rows: height,
          columns,
          aRow: turnsA ? count : product.aRow,
          cRow: columns,
          counts: [count, 1, 1],
          aStrides: [turnsA ? 1 : product.aInner, 0, 0],
          bStrides: [inPanels ? panelWidth : bInner, 0, 0],
          bPanel: inPanels ? panelWidth * count : panelWidth,
          accumulate: k > 0,
        });
      }
    }
  });
}

interface Panels {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly columns: number;
  readonly bInner: number;
  readonly bColumn: number;
}

/** Eight columns side by side, one such panel after the other. */
function layInPanels(heap: Float32Array, { from, to, count, columns, bInner, bColumn }: Panels): void {
  let target = to / 4;
  for (let first = 0; first < columns; first += panelWidth) {
    const width = Math.min(panelWidth, columns - first);
    const start = from / 4 + first * bColumn;
    for (let k = 0; k < count; k++, target += panelWidth) {
      const source = start + k * bInner;
      for (let column = 0; column < width; column++) heap[target + column] = heap[source + column * bColumn]!;
    }
  }
}

interface Turned {
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly count: number;
  readonly row: number;
  readonly inner: number;
}

/** Rows one after the other, whose numbers lie far apart in memory. */
function turn(heap: Float32Array, { from, to, height, count, row, inner }: Turned): void {
  for (let k = 0; k < count; k++) {
    const source = from / 4 + k * inner;
    const target = to / 4 + k;
    for (let index = 0; index < height; index++) heap[target + index * count] = heap[source + index * row]!;
  }
}

/** Writes the matrix of `rows` rows at address `from` transposed to address `to`. */
export function transposeMatrix(heap: Float32Array, from: number, to: number, rows: number, columns: number): void {
  const source = from / 4;
  const target = to / 4;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      heap[target + column * rows + row] = heap[source + row * columns + column]!;
    }
  }
}
