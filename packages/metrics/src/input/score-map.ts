/** A score at every position that a metric looks at, row by row: one plane for each compared channel. */
export interface ScoreMap {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float64Array[];
}
