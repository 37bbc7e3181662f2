import type { Plane } from '../filters/decimate.ts';
import { rowDistance, rowLength, rowLoops } from '../rows/row-loops.ts';

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
 * Four local means suffice, x, y, x^2 + y^2 and x y: filtered along the row they lie one after the other in the rows of a ring as high
 * as the window.
 */
export function similarity(x: Plane, y: Plane, options: SimilarityOptions): Similarity {
  const { window, covarianceFactor = 1, clipped = false, map } = options;
  const { width, height } = x;
  const size = window.length;
  const outputWidth = width - size + 1;
  const length = rowLength(outputWidth);
  const inputLength = rowLength(length + size - 1);
  const slotDistance = rowDistance(4 * length);
  const loops = rowLoops({
    ...{ x: inputLength, y: inputLength, squares: inputLength, products: inputLength },
    ...{ ring: size * slotDistance, means: 4 * length, contrast: length, ssim: length },
  });
  const { ring, means, contrast, ssim } = loops.rows;
  const inputs = [loops.rows.x, loops.rows.y, loops.rows.squares, loops.rows.products] as const;
  const steps = Array.from(window, (_, k) => k);
  const slots = steps.map((slot) =>
    inputs.map((_, moment) =>
      ring.subarray(slot * slotDistance + moment * length, slot * slotDistance + (moment + 1) * length),
    ),
  );
  const constants = { covarianceFactor, c1, c2, least: clipped ? 0 : Number.NEGATIVE_INFINITY };
  let sum = 0;
  let contrastSum = 0;
  for (let line = 0; line < height; line++) {
    inputs[0].set(x.data.subarray(line * width, (line + 1) * width));
    inputs[1].set(y.data.subarray(line * width, (line + 1) * width));
    loops.moments(...inputs);
    const slot = slots[line % size]!;
    for (let moment = 0; moment < 4; moment++) loops.weightedSum(inputs[moment]!, steps, window, slot[moment]!);
    const top = line - size + 1;
    if (top < 0) continue;
    const starts = steps.map((k) => ((top + k) % size) * slotDistance);
    loops.weightedSum(ring, starts, window, means);
    loops.scores(means, constants, contrast, ssim);
    for (let i = 0; i < outputWidth; i++) {
      contrastSum += contrast[i]!;
      sum += ssim[i]!;
    }
    map?.set(ssim.subarray(0, outputWidth), top * outputWidth);
  }
  const count = outputWidth * (height - size + 1);
  return { ssim: sum / count, contrastStructure: contrastSum / count };
}
