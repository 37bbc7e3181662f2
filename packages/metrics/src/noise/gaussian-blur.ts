/** Gaussian blur of one plane, cut off at four sigma, the border reflected (the edge sample repeated). */
export function gaussianBlur(plane: Float64Array, width: number, height: number, sigma: number): Float64Array {
  const radius = Math.round(4 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length; i++) weights[i]! /= total;
  const rows = new Float64Array(plane.length);
  blurLines(plane, rows, { lines: height, lineStride: width, length: width, stride: 1, weights, radius });
  const blurred = new Float64Array(plane.length);
  blurLines(rows, blurred, { lines: width, lineStride: 1, length: height, stride: width, weights, radius });
  return blurred;
}

interface Lines {
  lines: number;
  lineStride: number;
  length: number;
  stride: number;
  weights: Float64Array;
  radius: number;
}

function blurLines(
  from: Float64Array,
  to: Float64Array,
  { lines, lineStride, length, stride, weights, radius }: Lines,
) {
  const padded = new Float64Array(length + 2 * radius);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStride;
    for (let i = 0; i < padded.length; i++) padded[i] = from[start + reflect(i - radius, length) * stride]!;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * padded[i + k]!;
      to[start + i * stride] = sum;
    }
  }
}

function reflect(index: number, length: number): number {
  const wrapped = ((index % (2 * length)) + 2 * length) % (2 * length);
  return wrapped < length ? wrapped : 2 * length - 1 - wrapped;
}
