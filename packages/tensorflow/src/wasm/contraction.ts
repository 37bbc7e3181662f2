import type { WasmBackend } from './backend.ts';
import { machineCodeOn } from './machine-code.ts';

/** One number for each of the nested sums, the innermost first. */
export type Levels = readonly [number, number, number];

/** How the operands of a contraction lie in memory: strides in numbers, columns of b and c side by side. */
export interface ContractionLayout {
  readonly rows: number;
  readonly columns: number;
  readonly aRow: number;
  readonly cRow: number;
  readonly counts: Levels;
  readonly aStrides: Levels;
  readonly bStrides: Levels;
  /** From eight columns of b to the next eight: 8 unless b lies in panels. */
  readonly bPanel?: number;
  /** Adds to what c holds. */
  readonly accumulate?: boolean;
}

/**
 * c[i, j] = sum over k of a[i, k] b[k, j] in float32, for i < rows and j < columns, where k runs over three nested
 * counts; `a`, `b` and `c` are addresses in bytes.
 */
export type Contract = (a: number, b: number, c: number, layout: ContractionLayout) => void;

/** The contraction kernel on the memory of `backend`. */
export function contractOn(backend: WasmBackend): Contract {
  const { contract } = machineCodeOn(backend);
  return (a, b, c, { rows, columns, aRow, cRow, counts, aStrides, bStrides, bPanel = 8, accumulate }) => {
    // biome-ignore format: one line for each operand
    contract(
      a, b, c, rows, columns, 4 * aRow, 4 * cRow, 4 * bPanel,
      counts[0], counts[1], counts[2],
      4 * aStrides[0], 4 * aStrides[1], 4 * aStrides[2],
      4 * bStrides[0], 4 * bStrides[1], 4 * bStrides[2],
      accumulate ? 1 : 0,
    );
  };
}
