/**
 * Filters with a symmetric window of odd length, for rows of samples with several values each side by side. The window of
 * 11 samples of SSIM has loops of its own without an inner one: they are twice as fast.
 */

/** Filters a row along itself: `filtered` is shorter than `row` by the window's length less one sample of `stride` values. */
export function alongRow(row: Float64Array, filtered: Float64Array, window: Float64Array, stride: number): void {
  if (window.length === 11 && stride === 4) alongRowOf11(row, filtered, window);
  else alongAnyRow(row, filtered, window, stride);
}

/**
 * The weighted sum of the rows `top` to `top + size - 1`, `size` being the window's length. Row r lies in `ring`, which has
 * room for `size` of them, at r modulo `size`.
 */
export function acrossRows(ring: Float64Array, top: number, sums: Float64Array, window: Float64Array): void {
  const size = window.length;
  const starts = Array.from({ length: size }, (_, k) => ((top + k) % size) * sums.length);
  if (size === 11) acrossRowsOf11(ring, starts, sums, window);
  else acrossAnyRows(ring, starts, sums, window);
}

function alongAnyRow(row: Float64Array, filtered: Float64Array, window: Float64Array, stride: number): void {
  const half = window.length >> 1;
  const last = stride * (window.length - 1);
  const centre = window[half]!;
  for (let i = 0; i < filtered.length; i++) {
    let sum = centre * row[i + stride * half]!;
    for (let k = 0; k < half; k++) sum += window[k]! * (row[i + stride * k]! + row[i + last - stride * k]!);
    filtered[i] = sum;
  }
}

function alongRowOf11(row: Float64Array, filtered: Float64Array, window: Float64Array): void {
  const [a, b, c, d, e, f] = window as unknown as [number, number, number, number, number, number];
  for (let i = 0; i < filtered.length; i++)
    filtered[i] =
      f * row[i + 20]! +
      a * (row[i]! + row[i + 40]!) +
      b * (row[i + 4]! + row[i + 36]!) +
      c * (row[i + 8]! + row[i + 32]!) +
      d * (row[i + 12]! + row[i + 28]!) +
      e * (row[i + 16]! + row[i + 24]!);
}

type Starts = readonly number[];

function acrossAnyRows(ring: Float64Array, starts: Starts, sums: Float64Array, window: Float64Array): void {
  const half = window.length >> 1;
  const centre = window[half]!;
  const middle = starts[half]!;
  for (let i = 0; i < sums.length; i++) sums[i] = centre * ring[middle + i]!;
  for (let k = 0; k < half; k++) {
    const above = starts[k]!;
    const below = starts[window.length - 1 - k]!;
    const weight = window[k]!;
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * (ring[above + i]! + ring[below + i]!);
  }
}

function acrossRowsOf11(ring: Float64Array, starts: Starts, sums: Float64Array, window: Float64Array): void {
  const [a, b, c, d, e, f] = window as unknown as [number, number, number, number, number, number];
  const [s0, s1, s2, s3, s4, s5] = starts as unknown as [number, number, number, number, number, number];
  const [s6, s7, s8, s9, s10] = starts.slice(6) as unknown as [number, number, number, number, number];
  for (let i = 0; i < sums.length; i++)
    sums[i] =
      f * ring[s5 + i]! +
      a * (ring[s0 + i]! + ring[s10 + i]!) +
      b * (ring[s1 + i]! + ring[s9 + i]!) +
      c * (ring[s2 + i]! + ring[s8 + i]!) +
      d * (ring[s3 + i]! + ring[s7 + i]!) +
      e * (ring[s4 + i]! + ring[s6 + i]!);
}
