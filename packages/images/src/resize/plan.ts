import type { ResizeWeights } from './resize-weights.ts';

/** Ties of integer images: MATLAB rounds 0.5 away from zero, NumPy (and the DeFlow of 2021) to the even neighbour. */
export type Rounding = 'half-away' | 'half-even';

/** What a resize does, whoever computes it. */
export interface ResizePlan {
  /** Of the height. */
  readonly rows: ResizeWeights;
  /** Of the width. */
  readonly columns: ResizeWeights;
  /** Whether the height is resized before the width. */
  readonly rowsFirst: boolean;
  /** How integer images are rounded after each axis; absent for float images. */
  readonly rounding?: Rounding;
  readonly white: number;
}

/** From the first to the last input of an output, at most: more than its taps where inner ones weigh nothing. */
export function widestSpan({ indices, taps }: ResizeWeights): number {
  let span = 1;
  for (let start = 0; start < indices.length; start += taps) {
    const inputs = indices.subarray(start, start + taps);
    const [first, last] = [inputs.reduce((a, b) => Math.min(a, b)), inputs.reduce((a, b) => Math.max(a, b))];
    span = Math.max(span, last - first + 1);
  }
  return span;
}
