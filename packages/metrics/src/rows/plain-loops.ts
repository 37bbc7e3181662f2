import type { RowLoops } from './row-loops.ts';

/** The loops in JavaScript. Those of SSIM's window of 11 have no inner one: they are twice as fast. */
export function plainLoops<Name extends string>(lengths: Readonly<Record<Name, number>>): RowLoops<Name> {
  const rows = Object.entries<number>(lengths).map(([name, length]) => [name, new Float64Array(length)]);
  return {
    rows: Object.fromEntries(rows),
    weightedSum: (from, starts, window, target) =>
      window.length === 11 ? sumOf11(from, starts, window, target) : sumOfAny(from, starts, window, target),
    moments,
    scores,
  };
}

function sumOfAny(from: Float64Array, starts: readonly number[], window: Float64Array, target: Float64Array): void {
  const half = window.length >> 1;
  const centre = window[half]!;
  const middle = starts[half]!;
  for (let i = 0; i < target.length; i++) target[i] = centre * from[middle + i]!;
  for (let k = 0; k < half; k++) {
    const first = starts[k]!;
    const second = starts[window.length - 1 - k]!;
    const weight = window[k]!;
    for (let i = 0; i < target.length; i++) target[i]! += weight * (from[first + i]! + from[second + i]!);
  }
}

function sumOf11(from: Float64Array, starts: readonly number[], window: Float64Array, target: Float64Array): void {
  const [a, b, c, d, e, f] = window as unknown as [number, number, number, number, number, number];
  const [s0, s1, s2, s3, s4, s5] = starts as unknown as [number, number, number, number, number, number];
  const [s6, s7, s8, s9, s10] = starts.slice(6) as unknown as [number, number, number, number, number];
  for (let i = 0; i < target.length; i++)
    target[i] =
      f * from[s5 + i]! +
      a * (from[s0 + i]! + from[s10 + i]!) +
      b * (from[s1 + i]! + from[s9 + i]!) +
      c * (from[s2 + i]! + from[s8 + i]!) +
      d * (from[s3 + i]! + from[s7 + i]!) +
      e * (from[s4 + i]! + from[s6 + i]!);
}

const moments: RowLoops['moments'] = (x, y, squares, products) => {
  for (let i = 0; i < x.length; i++) {
    const a = x[i]!;
    const b = y[i]!;
    squares[i] = a * a + b * b;
    products[i] = a * b;
  }
};

const scores: RowLoops['scores'] = (means, { covarianceFactor, c1, c2, least }, contrast, ssim) => {
  const length = contrast.length;
  for (let i = 0; i < length; i++) {
    const x = means[i]!;
    const y = means[i + length]!;
    const energy = x * x + y * y;
    const product = x * y;
    const covariance = covarianceFactor * (means[i + 3 * length]! - product);
    const variances = covarianceFactor * (means[i + 2 * length]! - energy);
    const term = Math.max(least, (2 * covariance + c2) / (variances + c2));
    contrast[i] = term;
    ssim[i] = ((2 * product + c1) / (energy + c1)) * term;
  }
};
