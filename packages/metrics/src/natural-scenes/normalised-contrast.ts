import type { Plane } from '../filters/decimate.ts';
import { gaussianWindow } from '../filters/windows.ts';

export interface ContrastOptions {
  /** What lies outside of the image: copies of its edge samples, or zeros. */
  readonly border: 'replicate' | 'zero';
  /**
   * Samples that equal their surroundings but for rounding: `zeroed` (below 1e-9) or `raw`, with the sign that rounding
   * noise gives them, which depends on the order of summation.
   */
  readonly flat?: FlatRule;
}

export const flatRules = ['zeroed', 'raw'] as const;
export type FlatRule = (typeof flatRules)[number];

/** Mean subtracted, contrast normalised: (I - mean) / (deviation + 1), and that local deviation. */
export interface NormalisedContrast {
  readonly width: number;
  readonly height: number;
  readonly contrast: Float64Array;
  readonly deviation: Float64Array;
}

const window = gaussianWindow(7, 7 / 6);
const radius = 3;
const flatBelow = 1e-9;

/**
 * MSCN coefficients of samples 0..255 (Mittal, Moorthy, Bovik 2012, eq. 1 to 3) with a Gaussian window of 7 x 7, sigma 7/6.
 * Rows of the sample and its square, filtered along the row, lie in a ring as high as the window.
 */
export function normalisedContrast(plane: Plane, { border, flat = 'zeroed' }: ContrastOptions): NormalisedContrast {
  const { width, height, data } = plane;
  const threshold = flat === 'zeroed' ? flatBelow : 0;
  const ring = Array.from({ length: 7 }, () => new Float64Array(2 * width));
  const padded = new Float64Array(width + 2 * radius);
  const contrast = new Float64Array(data.length);
  const deviation = new Float64Array(data.length);
  const [w0, w1, w2, w3] = window as unknown as [number, number, number, number];
  for (let line = -radius; line < height + radius; line++) {
    const filtered = ring[(line + radius) % 7]!;
    if (border === 'zero' && (line < 0 || line >= height)) filtered.fill(0);
    else {
      const start = Math.min(Math.max(line, 0), height - 1) * width;
      padded.set(data.subarray(start, start + width), radius);
      padded.fill(border === 'zero' ? 0 : data[start]!, 0, radius);
      padded.fill(border === 'zero' ? 0 : data[start + width - 1]!, width + radius);
      alongRow(padded, filtered);
    }
    const y = line - radius;
    if (y < 0) continue;
    const [a, b, c, d, e, f, g] = Array.from({ length: 7 }, (_, k) => ring[(y + k) % 7]!) as Float64Array[];
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const p = 2 * x;
      const q = p + 1;
      const mean = w0 * (a![p]! + g![p]!) + w1 * (b![p]! + f![p]!) + w2 * (c![p]! + e![p]!) + w3 * d![p]!;
      const square = w0 * (a![q]! + g![q]!) + w1 * (b![q]! + f![q]!) + w2 * (c![q]! + e![q]!) + w3 * d![q]!;
      const spread = Math.sqrt(Math.abs(square - mean * mean));
      const difference = data[i]! - mean;
      deviation[i] = spread;
      contrast[i] = Math.abs(difference) < threshold ? 0 : difference / (spread + 1);
    }
  }
  return { width, height, contrast, deviation };
}

function alongRow(padded: Float64Array, filtered: Float64Array): void {
  const [w0, w1, w2, w3] = window as unknown as [number, number, number, number];
  for (let x = 0; x < padded.length - 6; x++) {
    const a = padded[x]!;
    const b = padded[x + 1]!;
    const c = padded[x + 2]!;
    const d = padded[x + 3]!;
    const e = padded[x + 4]!;
    const f = padded[x + 5]!;
    const g = padded[x + 6]!;
    filtered[2 * x] = w0 * (a + g) + w1 * (b + f) + w2 * (c + e) + w3 * d;
    filtered[2 * x + 1] = w0 * (a * a + g * g) + w1 * (b * b + f * f) + w2 * (c * c + e * e) + w3 * (d * d);
  }
}
