import type { Samples } from '@deflow/images';

/** Rows of samples and what they are multiplied by, so that both sides of a comparison have the same white. */
export interface ScaledRows {
  readonly data: Samples;
  readonly factor: number;
}

/** The part of an interleaved image that counts, in samples. */
export interface RowRange {
  readonly stride: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly start: number;
  readonly length: number;
}

/** The sum of squared differences of two images over some of their samples. */
export function squaredDistance(a: ScaledRows, b: ScaledRows, range: RowRange): number {
  const { stride, firstRow, rows, start, length } = range;
  const bytes = a.data instanceof Uint8Array && b.data instanceof Uint8Array && a.factor === b.factor;
  let sum = 0;
  for (let row = firstRow; row < firstRow + rows; row++) {
    const first = row * stride + start;
    if (bytes) sum += ofBytes(a.data as Uint8Array, b.data as Uint8Array, first, first + length);
    else sum += ofNumbers(a, b, first, first + length);
  }
  return bytes ? sum * a.factor ** 2 : sum;
}

/** Exact: the squares of whole numbers are added in pieces that fit into 32 bits. */
function ofBytes(a: Uint8Array, b: Uint8Array, first: number, end: number): number {
  let sum = 0;
  for (let from = first; from < end; from += 16384) {
    const to = Math.min(from + 16384, end);
    let piece = 0;
    for (let i = from; i < to; i++) {
      const difference = a[i]! - b[i]!;
      piece = (piece + Math.imul(difference, difference)) | 0;
    }
    sum += piece;
  }
  return sum;
}

function ofNumbers(a: ScaledRows, b: ScaledRows, first: number, end: number): number {
  const [x, y, p, q] = [a.data, b.data, a.factor, b.factor];
  let sum = 0;
  for (let i = first; i < end; i++) {
    const difference = x[i]! * p - y[i]! * q;
    sum += difference * difference;
  }
  return sum;
}
