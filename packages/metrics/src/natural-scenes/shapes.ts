import { gamma } from './gamma.ts';

/** The shapes that are tried: 0.2, 0.201, ..., 10. */
const shapeAt = (index: number) => 0.2 + 0.001 * index;
const count = 9801;

let ratios: { readonly rising: Float64Array; readonly falling: Float64Array } | undefined;

/** Gamma(2/s)^2 / (Gamma(1/s) Gamma(3/s)) of all shapes s, rising with s, and its inverse. */
function tables() {
  if (!ratios) {
    const rising = Float64Array.from({ length: count }, (_, i) => {
      const shape = shapeAt(i);
      return gamma(2 / shape) ** 2 / (gamma(1 / shape) * gamma(3 / shape));
    });
    ratios = { rising, falling: rising.map((ratio) => 1 / ratio) };
  }
  return ratios;
}

/** The first entry of a monotonic table that lies nearest to `value`; 0 for NaN. */
function nearest(table: Float64Array, value: number): number {
  const rising = table[count - 1]! > table[0]!;
  let low = 0;
  let high = count - 1;
  if (Number.isNaN(value)) return 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle]! < value === rising) low = middle;
    else high = middle;
  }
  return Math.abs(table[low]! - value) <= Math.abs(table[high]! - value) ? low : high;
}

/** The shape of a generalised Gaussian with this mean(|v|)^2 / mean(v^2), corrected for asymmetry (Lasmar 2009). */
export const shapeOfRatio = (ratio: number): number => shapeAt(nearest(tables().rising, ratio));

/** The shape of a generalised Gaussian with this mean(v^2) / mean(|v|)^2 (Sharifi, Leon-Garcia 1995). */
export const shapeOfInverse = (inverse: number): number => shapeAt(nearest(tables().falling, inverse));
