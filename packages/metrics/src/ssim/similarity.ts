import type { Plane } from '../filters/decimate.ts';
import { acrossRows, alongRow } from '../filters/symmetric-rows.ts';

/** How local means and covariances are taken, and what is done with the result. */
export interface SimilarityOptions {
  /** A symmetric window of odd length and sum 1, for both axes. */
  readonly window: Float64Array;
  /** What covariances are multiplied by: 1 for those of the population, n / (n - 1) for those of a sample. */
  readonly covarianceFactor?: number;
  /** Counts negative contrast-structure terms as 0, pixel by pixel. */
  readonly clipped?: boolean;
  /** Takes the map of SSIM, row by row. */
  readonly map?: Float64Array;
}

/** Means over the positions where the window lies inside of the image. */
export interface Similarity {
  readonly ssim: number;
  /** Contrast and structure without luminance, (2 cov + C2) / (var + var + C2). */
  readonly contrastStructure: number;
}

const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/**
 * SSIM of two planes of 0..255 (Wang, Bovik, Sheikh, Simoncelli 2004, eq. 13).
 * Four local means suffice, x, y, x^2 + y^2 and x y: they lie side by side in the rows of a ring as high as the window.
 */
export function similarity(x: Plane, y: Plane, options: SimilarityOptions): Similarity {
  const { window, covarianceFactor = 1, clipped = false, map } = options;
  const { width, height } = x;
  const size = window.length;
  const outputWidth = width - size + 1;
  const rowLength = 4 * outputWidth;
  const ring = new Float64Array(size * rowLength);
  const slots = Array.from({ length: size }, (_, k) => ring.subarray(k * rowLength, (k + 1) * rowLength));
  const row = new Float64Array(4 * width);
  const means = new Float64Array(rowLength);
  let sum = 0;
  let contrastSum = 0;
  for (let line = 0; line < height; line++) {
    moments(x.data, y.data, line * width, row);
    alongRow(row, slots[line % size]!, window, 4);
    const top = line - size + 1;
    if (top < 0) continue;
    acrossRows(ring, top, means, window);
    for (let i = 0; i < outputWidth; i++) {
      const meanX = means[4 * i]!;
      const meanY = means[4 * i + 1]!;
      const energy = meanX * meanX + meanY * meanY;
      const product = meanX * meanY;
      const covariance = covarianceFactor * (means[4 * i + 3]! - product);
      const variances = covarianceFactor * (means[4 * i + 2]! - energy);
      let contrast = (2 * covariance + c2) / (variances + c2);
      if (clipped && contrast < 0) contrast = 0;
      const value = ((2 * product + c1) / (energy + c1)) * contrast;
      contrastSum += contrast;
      sum += value;
      if (map) map[top * outputWidth + i] = value;
    }
  }
  const count = outputWidth * (height - size + 1);
  return { ssim: sum / count, contrastStructure: contrastSum / count };
}

function moments(x: Float64Array, y: Float64Array, start: number, row: Float64Array): void {
  for (let i = 0, j = start; i < row.length; i += 4, j++) {
    const a = x[j]!;
    const b = y[j]!;
    row[i] = a;
    row[i + 1] = b;
    row[i + 2] = a * a + b * b;
    row[i + 3] = a * b;
  }
}
