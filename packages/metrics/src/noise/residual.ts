import { patchArea, patchSize } from './patches.ts';

/** What is left of a patch when its brightness and its slope are taken away. */
export interface Residual {
  /** Red, green, blue: 12 rows of 12 samples each. */
  readonly channels: readonly [Float64Array, Float64Array, Float64Array];
  /** Root mean square over pixels and channels. */
  readonly rms: number;
}

/** Corrects a variance for the three parameters of the plane: sqrt(144 / 141) on a root mean square. */
export const planeCorrection = Math.sqrt(patchArea / (patchArea - 3));

const offsets = Float64Array.from({ length: patchSize }, (_, i) => i - (patchSize - 1) / 2);
const offsetEnergy = patchSize * offsets.reduce((sum, offset) => sum + offset * offset, 0);

/** The patch at (left, top) of three planes minus the least-squares plane of each channel. */
export function patchResidual(planes: readonly Float64Array[], width: number, left: number, top: number): Residual {
  const [red, green, blue] = planes.map((plane) => detrend(plane, width, left, top));
  let energy = 0;
  for (const channel of [red!, green!, blue!]) for (const sample of channel) energy += sample * sample;
  return { channels: [red!, green!, blue!], rms: Math.sqrt(energy / (3 * patchArea)) };
}

function detrend(plane: Float64Array, width: number, left: number, top: number): Float64Array {
  const patch = new Float64Array(patchArea);
  let mean = 0;
  let slopeX = 0;
  let slopeY = 0;
  for (let y = 0; y < patchSize; y++) {
    for (let x = 0; x < patchSize; x++) {
      const sample = plane[(top + y) * width + left + x]!;
      patch[y * patchSize + x] = sample;
      mean += sample;
      slopeX += sample * offsets[x]!;
      slopeY += sample * offsets[y]!;
    }
  }
  mean /= patchArea;
  slopeX /= offsetEnergy;
  slopeY /= offsetEnergy;
  for (let y = 0; y < patchSize; y++) {
    for (let x = 0; x < patchSize; x++) patch[y * patchSize + x]! -= mean + slopeX * offsets[x]! + slopeY * offsets[y]!;
  }
  return patch;
}
