import type { Plane } from '../filters/decimate.ts';

/** Whether the halves of the filter differ from row to row (edges that lie) or from column to column (edges that stand). */
export type Orientation = 'rows' | 'columns';

/** |response| to the Haar filter of `size` x `size` with values +-1/size; zeros surround the plane. */
export function haarResponse(plane: Plane, size: number, orientation: Orientation): Float64Array {
  const { width, height, data } = plane;
  const box = new Float64Array(size).fill(1 / size);
  const step = Float64Array.from({ length: size }, (_, i) => (i < size / 2 ? 1 : -1));
  const [alongRows, alongColumns] = orientation === 'rows' ? [box, step] : [step, box];
  const rows = new Float64Array(data.length);
  const response = new Float64Array(data.length);
  const before = size / 2 - 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = Math.max(before - x, 0); k < size && x + k - before < width; k++)
        sum += alongRows[k]! * data[y * width + x + k - before]!;
      rows[y * width + x] = sum;
    }
  for (let y = 0; y < height; y++)
    for (let k = Math.max(before - y, 0); k < size && y + k - before < height; k++) {
      const from = (y + k - before) * width;
      const weight = alongColumns[k]!;
      for (let x = 0; x < width; x++) response[y * width + x]! += weight * rows[from + x]!;
    }
  for (let i = 0; i < response.length; i++) response[i] = Math.abs(response[i]!);
  return response;
}
