import { noiseFactor } from './noise-factor.ts';

/** A bank of filters in the frequency domain, ready for a product with a Fourier transform (frequency 0 first). */
export interface FilterBank {
  /** By orientation, then by scale. */
  readonly filters: readonly (readonly Float64Array[])[];
  /** By orientation: what the median amplitude at the finest scale is multiplied by to give the energy that noise reaches. */
  readonly noiseFactors: readonly number[];
}

const orientations = 4;
const scales = 4;
const shortestWave = 6;
const angularSpread = Math.PI / 4.8;
const bandwidth = 0.55;

let latest: (FilterBank & { readonly width: number; readonly height: number }) | undefined;

/** The log-Gabor filters for planes of this size; those of the latest size are kept. */
export function logGaborBank(width: number, height: number): FilterBank {
  if (latest?.width === width && latest.height === height) return latest;
  const filters = createFilters(width, height);
  latest = { width, height, filters, noiseFactors: filters.map((each) => noiseFactor(each, width, height)) };
  return latest;
}

/** Filters of four orientations and four scales (Kovesi 1999, as in Zhang et al. 2011). */
function createFilters(width: number, height: number): Float64Array[][] {
  const [columns, rows] = [frequencies(width), frequencies(height)];
  const radius = new Float64Array(width * height);
  const angle = new Float64Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      radius[y * width + x] = Math.sqrt(rows[y]! ** 2 + columns[x]! ** 2);
      angle[y * width + x] = Math.atan2(-columns[x]!, rows[y]!);
    }
  radius[0] = 1;
  const radial = Array.from({ length: scales }, (_, scale) => {
    const centre = 1 / (shortestWave * 2 ** scale);
    const filter = radius.map((r) => {
      const lowPass = 1 / (1 + (r / 0.45) ** 30);
      return Math.exp(-(Math.log(r / centre) ** 2) / (2 * Math.log(bandwidth) ** 2)) * lowPass;
    });
    filter[0] = 0;
    return filter;
  });
  return Array.from({ length: orientations }, (_, orientation) => {
    const spread = angle.map((theta) => {
      const difference = Math.abs(theta - (orientation * Math.PI) / orientations);
      const distance = Math.min(difference, 2 * Math.PI - difference);
      return Math.exp(-(distance ** 2) / (2 * angularSpread ** 2));
    });
    return radial.map((filter) => filter.map((value, i) => value * spread[i]!));
  });
}

/** The frequency of each index of a transform, in cycles per sample; odd lengths reach from -0.5 to 0.5. */
function frequencies(length: number): Float64Array {
  const half = Math.floor(length / 2);
  return Float64Array.from({ length }, (_, i) => {
    const shifted = (i + half) % length;
    return (shifted - half) / (length % 2 === 0 ? length : Math.max(length - 1, 1));
  });
}
