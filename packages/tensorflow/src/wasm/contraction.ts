import type { WasmBackend } from './backend.ts';
import { machineCodeOn } from './machine-code.ts';

/** One number for each of the nested sums, the innermost first. */
export type Levels = readonly [number, number, number];

/**
 * c[i, j] = sum over k of a[i, k] b[k, j] in float32, for i < rows and j < columns, where k runs over three nested
 * counts. Addresses are in bytes, strides in numbers; the columns of b and c lie side by side.
 */
export interface Contraction {
  readonly a: number;
  readonly b: number;
  readonly c: number;
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

/** Carries out contractions in the memory of one backend. */
export type Contract = (contraction: Contraction) => void;

/** The contraction kernel on the memory of `backend`. */
export function contractOn(backend: WasmBackend): Contract {
  const { contract } = machineCodeOn(backend);
  return ({ a, b, c, rows, columns, aRow, cRow, counts, aStrides, bStrides, bPanel = 8, accumulate }) => {
    const [a0, a1, a2] = aStrides;
    const [b0, b1, b2] = bStrides;
    // biome-ignore format: one line for each operand
    contract(
      a, b, c, rows, columns, 4 * aRow, 4 * cRow, 4 * bPanel,
      counts[0], counts[1], counts[2],
      4 * a0, 4 * a1, 4 * a2,
      4 * b0, 4 * b1, 4 * b2,
      accumulate ? 1 : 0,
    );
  };
}
