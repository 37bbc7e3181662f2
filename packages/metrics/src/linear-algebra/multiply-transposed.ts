/** Vectors of equal length, one after the other in memory. */
export interface Rows {
  readonly data: Float64Array;
  readonly count: number;
  readonly length: number;
}

/** Part of a vector that stays in the first cache with a few others, and rows that stay in the second one. */
const depth = 256;
const breadth = 64;

/**
 * Adds `factor` times the products of all rows of `a` with all rows of `b` to `sums` (`a.count` x `b.count`, row-major).
 * For `a === b` only on and below the diagonal; what is above it is then of no meaning.
 */
export function addProducts(sums: Float64Array, a: Rows, b: Rows, factor = 1): void {
  const symmetric = a === b;
  for (let from = 0; from < a.length; from += depth) {
    const to = Math.min(from + depth, a.length);
    for (let left = 0; left < b.count; left += breadth) {
      const right = Math.min(left + breadth, b.count);
      const first = symmetric ? left - (left % 4) : 0;
      for (let i = first; i < a.count; i += 4) {
        const end = symmetric ? Math.min(right, i + 4) : right;
        let j = left;
        if (i + 4 <= a.count) for (; j + 2 <= end; j += 2) addTile(sums, a, i, b, j, from, to, factor);
        for (; j < end; j++)
          for (let row = i; row < Math.min(i + 4, a.count); row++) {
            sums[row * b.count + j]! += factor * product(a, row, b, j, from, to);
          }
      }
    }
  }
}

/** Four rows with two: eight sums that stay in registers. */
function addTile(
  sums: Float64Array,
  { data: x, length }: Rows,
  i: number,
  { data: y, count }: Rows,
  j: number,
  from: number,
  to: number,
  factor: number,
): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let [t0, t1, t2, t3] = [0, 0, 0, 0];
  const end = i * length + to;
  for (let p = i * length + from, q = j * length + from; p < end; p++, q++) {
    const u = y[q]!;
    const v = y[q + length]!;
    const a = x[p]!;
    s0 += a * u;
    t0 += a * v;
    const b = x[p + length]!;
    s1 += b * u;
    t1 += b * v;
    const c = x[p + 2 * length]!;
    s2 += c * u;
    t2 += c * v;
    const d = x[p + 3 * length]!;
    s3 += d * u;
    t3 += d * v;
  }
  const at = i * count + j;
  sums[at]! += factor * s0;
  sums[at + 1]! += factor * t0;
  sums[at + count]! += factor * s1;
  sums[at + count + 1]! += factor * t1;
  sums[at + 2 * count]! += factor * s2;
  sums[at + 2 * count + 1]! += factor * t2;
  sums[at + 3 * count]! += factor * s3;
  sums[at + 3 * count + 1]! += factor * t3;
}

function product(a: Rows, i: number, b: Rows, j: number, from: number, to: number): number {
  const { data: x, length } = a;
  const { data: y } = b;
  let sum = 0;
  for (let p = i * length + from, q = j * length + from; p < i * length + to; p++, q++) sum += x[p]! * y[q]!;
  return sum;
}
