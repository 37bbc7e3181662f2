/** Mean and covariance of the rows of a table. */
export interface SampleMoments {
  readonly mean: Float64Array;
  /** Row-major, divided by the number of rows less one. */
  readonly covariance: Float64Array;
  /** How many rows the covariance is of. */
  readonly rows: number;
}

/** NaN-ignoring mean of each column; covariance of the rows without any NaN (MATLAB's nanmean and nancov). */
export function sampleMoments(rows: readonly ArrayLike<number>[], size: number): SampleMoments {
  const mean = Float64Array.from({ length: size }, (_, column) => {
    const values = rows.map((row) => row[column]!).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  const complete = rows.filter((row) => !Array.prototype.some.call(row, Number.isNaN));
  const centre = Float64Array.from(
    { length: size },
    (_, column) => complete.reduce((sum, row) => sum + row[column]!, 0) / complete.length,
  );
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (const row of complete) {
    for (let i = 0; i < size; i++) centred[i] = row[i]! - centre[i]!;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) covariance[i * size + j]! += centred[i]! * centred[j]!;
  }
  for (let i = 0; i < covariance.length; i++) covariance[i]! /= complete.length - 1;
  return { mean, covariance, rows: complete.length };
}
