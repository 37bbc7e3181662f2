/** Complex numbers, real and imaginary parts apart. */
export interface Complex {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

export const complexZeros = (length: number): Complex => ({
  real: new Float64Array(length),
  imaginary: new Float64Array(length),
});

/** Sequences side by side: number n of sequence q is at `start + n * stride + q`. */
export interface Columns {
  readonly values: Complex;
  readonly start: number;
  readonly stride: number;
  /** How many sequences. */
  readonly count: number;
}

/** Sequences one after the other, from `start` on. */
export interface Rows {
  readonly values: Complex;
  readonly start: number;
}

/** Transforms columns into rows: forward, with exp(-2 pi i k n / N), not divided by N. */
export type Transform = (from: Columns, to: Rows) => void;
