import type { Plane } from './decimate.ts';

/** A plane filtered with a symmetric window along both axes, only where the window lies inside of it. */
export function validFilter({ width, height, data }: Plane, window: Float64Array): Plane {
  const size = window.length;
  const newWidth = width - size + 1;
  const newHeight = height - size + 1;
  const rows = new Float64Array(newWidth * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < newWidth; x++) {
      let sum = 0;
      for (let k = 0, i = y * width + x; k < size; k++, i++) sum += window[k]! * data[i]!;
      rows[y * newWidth + x] = sum;
    }
  const filtered = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++)
    for (let k = 0; k < size; k++) {
      const weight = window[k]!;
      const from = (y + k) * newWidth;
      const to = y * newWidth;
      for (let x = 0; x < newWidth; x++) filtered[to + x]! += weight * rows[from + x]!;
    }
  return { width: newWidth, height: newHeight, data: filtered };
}
