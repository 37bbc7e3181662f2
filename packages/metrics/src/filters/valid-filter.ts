import { rowDistance, rowLength, rowLoops } from '../rows/row-loops.ts';
import type { Plane } from './decimate.ts';

/**
 * A plane filtered with a symmetric window of odd length along both axes, only where the window lies inside of it; every `step`-th
 * sample of both axes. Rows filtered along themselves lie in a ring as high as the window.
 */
export function validFilter({ width, height, data }: Plane, window: Float64Array, step = 1): Plane {
  const size = window.length;
  const fullWidth = width - size + 1;
  const newWidth = Math.ceil(fullWidth / step);
  const newHeight = Math.ceil((height - size + 1) / step);
  const length = rowLength(fullWidth);
  const slotDistance = rowDistance(length);
  const loops = rowLoops({ ring: size * slotDistance, row: rowLength(length + size - 1), sums: length });
  const { ring, row, sums } = loops.rows;
  const steps = Array.from(window, (_, k) => k);
  const slots = steps.map((slot) => ring.subarray(slot * slotDistance, slot * slotDistance + length));
  const filtered = new Float64Array(newWidth * newHeight);
  for (let line = 0; line < height; line++) {
    row.set(data.subarray(line * width, (line + 1) * width));
    loops.weightedSum(row, steps, window, slots[line % size]!);
    const top = line - size + 1;
    if (top < 0 || top % step !== 0) continue;
    const starts = steps.map((k) => ((top + k) % size) * slotDistance);
    loops.weightedSum(ring, starts, window, sums);
    const target = (top / step) * newWidth;
    if (step === 1) filtered.set(sums.subarray(0, newWidth), target);
    else for (let x = 0; x < newWidth; x++) filtered[target + x] = sums[x * step]!;
  }
  return { width: newWidth, height: newHeight, data: filtered };
}
