import { tridiagonal } from './tridiagonal.ts';

/**
 * The eigenvalues of a symmetric matrix of `size` x `size` (row-major, only what is on and below the diagonal is read, and
 * all of it overwritten), ascending: Householder's reduction, then QL with implicit shifts. Each is exact to about 1e-15 of
 * the largest.
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const { diagonal, below } = tridiagonal(matrix, size);
  const d = diagonal;
  const e = below;
  for (let start = 0; start < size; start++) {
    for (;;) {
      const end = blockEnd(d, e, start);
      if (end === start) break;
      sweep(d, e, start, end);
    }
  }
  return d.sort();
}

/** The last index of the unreduced block that begins at `start`: `below[end]` is negligible. */
function blockEnd(d: Float64Array, e: Float64Array, start: number): number {
  let end = start;
  while (end < d.length - 1 && Math.abs(e[end]!) > Number.EPSILON * (Math.abs(d[end]!) + Math.abs(d[end + 1]!))) end++;
  return end;
}

/** One QL step with Wilkinson's shift on the block from `start` to `end`. */
function sweep(d: Float64Array, e: Float64Array, start: number, end: number): void {
  const half = (d[start + 1]! - d[start]!) / (2 * e[start]!);
  const length = Math.hypot(half, 1);
  let shifted = d[end]! - d[start]! + e[start]! / (half + (half < 0 ? -length : length));
  let [sine, cosine, carried] = [1, 1, 0];
  for (let i = end - 1; i >= start; i--) {
    const outside = sine * e[i]!;
    const inside = cosine * e[i]!;
    const radius = Math.sqrt(outside * outside + shifted * shifted);
    e[i + 1] = radius;
    if (radius === 0) {
      d[i + 1]! -= carried;
      e[end] = 0;
      return;
    }
    sine = outside / radius;
    cosine = shifted / radius;
    shifted = d[i + 1]! - carried;
    const turn = (d[i]! - shifted) * sine + 2 * cosine * inside;
    carried = sine * turn;
    d[i + 1] = shifted + carried;
    shifted = cosine * turn - inside;
  }
  d[start]! -= carried;
  e[start] = shifted;
  e[end] = 0;
}
