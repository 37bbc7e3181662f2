import { decimals } from '../report/format.ts';

/** Mean of the values, and their standard deviation where there are several (n − 1 in its denominator). */
export interface Spread {
  readonly mean: number;
  readonly deviation: number | undefined;
}

/** Mean and spread over seeds. */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, deviation: undefined };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/** `12.8 ± 0.4`, or the mean alone. */
export function spreadText({ mean, deviation }: Spread, places: number): string {
  const text = decimals(mean, places);
  return deviation === undefined ? text : `${text} ± ${decimals(deviation, places)}`;
}
