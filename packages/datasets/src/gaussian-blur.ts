/** Weights of a Gaussian of standard deviation `sigma` pixels, cut at 3 sigma; from the centre outwards. */
function halfGaussian(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) => Math.exp(-((i / sigma) ** 2) / 2));
  const sum = weights.reduce((a, b) => a + b) * 2 - weights[0]!;
  return weights.map((weight) => weight / sum);
}

/** Convolves interleaved samples along both axes with a Gaussian (edge samples repeated), in place. */
export function gaussianBlur(data: Float32Array, width: number, height: number, channels: number, sigma: number): void {
  const weights = halfGaussian(sigma);
  const between = new Float32Array(data.length);
  const length = width * channels;
  for (let y = 0; y < height; y++)
    for (let k = 0; k < weights.length; k++) {
      const weight = k === 0 ? weights[0]! / 2 : weights[k]!;
      const above = Math.max(y - k, 0) * length;
      const below = Math.min(y + k, height - 1) * length;
      const row = y * length;
      for (let i = 0; i < length; i++) between[row + i]! += weight * (data[above + i]! + data[below + i]!);
    }
  const line = new Float32Array(length);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    const row = y * length;
    for (let k = 0; k < weights.length; k++) {
      const weight = k === 0 ? weights[0]! / 2 : weights[k]!;
      for (let x = 0; x < width; x++) {
        const left = row + Math.max(x - k, 0) * channels;
        const right = row + Math.min(x + k, width - 1) * channels;
        for (let c = 0; c < channels; c++)
          line[x * channels + c]! += weight * (between[left + c]! + between[right + c]!);
      }
    }
    data.set(line, row);
  }
}
