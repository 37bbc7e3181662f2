/** A table of numbers as files hold it, row-major. */
export interface Matrix {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The same table row by row, from one that lies in memory column by column. */
export function fromColumns(columns: Float64Array, rowCount: number): Float64Array {
  const columnCount = columns.length / rowCount;
  return columns.map((_, i) => columns[(i % columnCount) * rowCount + Math.floor(i / columnCount)]!);
}
