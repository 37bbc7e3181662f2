import type { Plane } from '../filters/decimate.ts';

/** |responses| to the Haar filters of 2 x 2, 4 x 4 and 8 x 8 with values +-1/size. */
export interface HaarResponses {
  /** Filters whose halves differ from row to row: edges that lie. */
  readonly rows: readonly [Float64Array, Float64Array, Float64Array];
  /** Filters whose halves differ from column to column: edges that stand. */
  readonly columns: readonly [Float64Array, Float64Array, Float64Array];
}

/** How far the largest filter reaches to the left and up, and to both sides together. */
const before = 3;
const reach = 8;

/** The responses everywhere; zeros surround the plane. A filter's quarters are sums that the next smaller size has added up. */
export function haarResponses({ width, height, data }: Plane): HaarResponses {
  const stride = width + reach;
  let quarters = new Float64Array(stride * (height + reach));
  for (let y = 0; y < height; y++)
    quarters.set(data.subarray(y * width, (y + 1) * width), (y + before) * stride + before);
  const [two, four, eight] = [2, 4, 8].map((size) => {
    const rows = new Float64Array(data.length);
    const columns = new Float64Array(data.length);
    const offset = before - (size / 2 - 1);
    const right = size / 2;
    const below = right * stride;
    for (let y = 0, at = 0; y < height; y++)
      for (let i = (y + offset) * stride + offset, end = i + width; i < end; i++, at++) {
        const rising = quarters[i]! - quarters[i + right + below]!;
        const falling = quarters[i + right]! - quarters[i + below]!;
        rows[at] = Math.abs(rising + falling) / size;
        columns[at] = Math.abs(rising - falling) / size;
      }
    const sums = new Float64Array(quarters.length);
    for (let i = 0; i < sums.length - right - below; i++)
      sums[i] = quarters[i]! + quarters[i + right]! + quarters[i + below]! + quarters[i + right + below]!;
    quarters = sums;
    return { rows, columns };
  }) as [Pair, Pair, Pair];
  return { rows: [two.rows, four.rows, eight.rows], columns: [two.columns, four.columns, eight.columns] };
}

interface Pair {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}
