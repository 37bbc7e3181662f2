import type { Contract } from './contraction.ts';

/** c = a b for matrices in the backend's memory: addresses in bytes, strides in numbers. */
export interface MatrixProduct {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** From one row of a to the next; with `aInner` a matrix stored transposed is read in place. */
  readonly aRow: number;
  readonly aInner: number;
}

// A block of a, 128 KiB, stays in the second-level cache.
const innerBlock = 512;
const rowBlock = 64;

/** Multiplies matrices block by block. */
export function multiplyMatrices(contract: Contract, product: MatrixProduct): void {
  const { a, b, c, rows, inner, columns, aRow, aInner } = product;
  for (let k = 0; k < Math.max(inner, 1); k += innerBlock) {
    for (let row = 0; row < rows; row += rowBlock) {
      contract({
        a: a + 4 * (row * aRow + k * aInner),
        b: b + 4 * k * columns,
        c: c + 4 * row * columns,
        rows: Math.min(rowBlock, rows - row),
        columns,
        aRow,
        cRow: columns,
        counts: [Math.min(innerBlock, inner - k), 1, 1],
        aStrides: [aInner, 0, 0],
        bStrides: [columns, 0, 0],
        accumulate: k > 0,
      });
    }
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
