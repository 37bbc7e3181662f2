import type { Plane } from './decimate.ts';

/** Weights of the outer and of the middle row of a 3 x 3 derivative filter [-1 0 1]. */
const operators = { prewitt: [1 / 3, 1 / 3], scharr: [3 / 16, 10 / 16] } as const;

/** Length of the gradient at every sample; the plane is surrounded by zeros. */
export function gradientMagnitude({ width, height, data }: Plane, operator: keyof typeof operators): Float64Array {
  const [outer, middle] = operators[operator];
  const padded = new Float64Array((width + 2) * (height + 2));
  for (let y = 0; y < height; y++) padded.set(data.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1);
  const magnitude = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    const above = y * (width + 2);
    const here = above + width + 2;
    const below = here + width + 2;
    for (let x = 0; x < width; x++) {
      const a = padded[above + x]!;
      const c = padded[above + x + 2]!;
      const g = padded[below + x]!;
      const i = padded[below + x + 2]!;
      const horizontal = outer * (c - a + i - g) + middle * (padded[here + x + 2]! - padded[here + x]!);
      const vertical = outer * (g - a + i - c) + middle * (padded[below + x + 1]! - padded[above + x + 1]!);
      magnitude[y * width + x] = Math.sqrt(horizontal * horizontal + vertical * vertical);
    }
  }
  return magnitude;
}
