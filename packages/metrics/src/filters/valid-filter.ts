import type { Plane } from './decimate.ts';

/**
 * A plane filtered with a symmetric window of odd length along both axes, only where the window lies inside of it; every `step`-th
 * sample of both axes.
 */
export function validFilter({ width, height, data }: Plane, window: Float64Array, step = 1): Plane {
  const size = window.length;
  const fullWidth = width - size + 1;
  const newWidth = Math.ceil(fullWidth / step);
  const newHeight = Math.ceil((height - size + 1) / step);
  const rows = new Float64Array(newWidth * height);
  const alongRow = weightedSum(window, 1);
  const row = new Float64Array(fullWidth);
  for (let y = 0; y < height; y++) {
    alongRow(data, y * width, row);
    if (step === 1) rows.set(row, y * newWidth);
    else for (let x = 0; x < newWidth; x++) rows[y * newWidth + x] = row[x * step]!;
  }
  const acrossRows = weightedSum(window, newWidth);
  const filtered = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++)
    acrossRows(rows, y * step * newWidth, filtered.subarray(y * newWidth, (y + 1) * newWidth));
  return { width: newWidth, height: newHeight, data: filtered };
}

/** Fills `sums` with sums of the samples from `start` on and those 1, 2, ... `distance` further, with the weights of the window. */
function weightedSum(window: Float64Array, distance: number) {
  const half = window.length >> 1;
  const last = (window.length - 1) * distance;
  // Samples that weigh the same are added first; pairs of weight 0 make the groups of four full.
  const weights = Float64Array.from({ length: Math.ceil(half / 4) * 4 }, (_, k) => (k < half ? window[k]! : 0));
  const offsets = Int32Array.from(weights, (_, k) => (k < half ? k * distance : 0));
  return (from: Float64Array, start: number, sums: Float64Array): void => {
    const centre = window[half]!;
    const middle = start + half * distance;
    for (let i = 0; i < sums.length; i++) sums[i] = centre * from[middle + i]!;
    for (let k = 0; k < weights.length; k += 4)
      addFourPairs(
        from,
        { start, end: start + last, offsets: offsets.subarray(k), weights: weights.subarray(k) },
        sums,
      );
  };
}

interface Pairs {
  /** Pairs stand `offsets` after the start and before the end. */
  readonly start: number;
  readonly end: number;
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
}

function addFourPairs(from: Float64Array, { start, end, offsets, weights }: Pairs, sums: Float64Array): void {
  const [a, b, c, d] = [start + offsets[0]!, start + offsets[1]!, start + offsets[2]!, start + offsets[3]!];
  const [e, f, g, h] = [end - offsets[0]!, end - offsets[1]!, end - offsets[2]!, end - offsets[3]!];
  const [p, q, r, s] = [weights[0]!, weights[1]!, weights[2]!, weights[3]!];
  for (let i = 0; i < sums.length; i++)
    sums[i]! +=
      p * (from[a + i]! + from[e + i]!) +
      q * (from[b + i]! + from[f + i]!) +
      r * (from[c + i]! + from[g + i]!) +
      s * (from[d + i]! + from[h + i]!);
}
