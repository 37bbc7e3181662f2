/** `size` weights of a Gaussian, centred, with sum 1: one axis of MATLAB's fspecial('gaussian', size, sigma). */
export function gaussianWindow(size: number, sigma: number): Float64Array {
  const weights = Float64Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** `size` equal weights with sum 1. */
export function uniformWindow(size: number): Float64Array {
  return new Float64Array(size).fill(1 / size);
}
