import { plainLoops } from './plain-loops.ts';
import { turnBytes } from './vector-kernels.ts';
import { vectorLoops } from './vector-loops.ts';

/** Rows of float64 and loops over them. Rows that a loop writes are as long as `rowLength` makes them. */
export interface RowLoops<Name extends string = string> {
  /** Memory for the rows, of the lengths asked for and with any contents, until somebody else asks. */
  readonly rows: Readonly<Record<Name, Float64Array>>;
  /**
   * The sum over k of `window[k]` times the row that begins at `from[starts[k]]`, for a symmetric window of odd length from 3 to 127.
   * Where such a row goes beyond `from`, the sums are of any value.
   */
  weightedSum(from: Float64Array, starts: readonly number[], window: Float64Array, target: Float64Array): void;
  /** x^2 + y^2 and x y. */
  moments(x: Float64Array, y: Float64Array, squares: Float64Array, products: Float64Array): void;
  /** Contrast and structure, and SSIM, from local means of x, y, x^2 + y^2 and x y, one row after the other in `means`. */
  scores(means: Float64Array, constants: ScoreConstants, contrast: Float64Array, ssim: Float64Array): void;
}

export interface ScoreConstants {
  readonly covarianceFactor: number;
  readonly c1: number;
  readonly c2: number;
  /** What contrast and structure count as at least. */
  readonly least: number;
}

/** How long a row has to be for so many values. */
export const rowLength = (values: number): number => Math.ceil((8 * values) / turnBytes) * (turnBytes / 8);

/**
 * How far apart rows that are used together lie: at a power of two they would compete for the same lines of the processor's cache.
 */
export const rowDistance = (length: number): number => length + turnBytes / 8;

/**
 * Loops over rows of these lengths, sums of `rowLength`s: by WebAssembly, two values at a time, or by JavaScript where that cannot be;
 * both give the same bits.
 */
export function rowLoops<Name extends string>(lengths: Readonly<Record<Name, number>>): RowLoops<Name> {
  return vectorLoops(lengths) ?? plainLoops(lengths);
}
