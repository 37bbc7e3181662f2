import { type Complex, complexZeros } from '../filters/complex.ts';
import type { Plane } from '../filters/decimate.ts';
import { planeTransforms } from '../filters/fourier.ts';
import type { FilterBank } from './log-gabor.ts';
import { lowerMedian } from './median.ts';

/** Phase congruency of planes of one size (Kovesi 1999, with the noise compensation of Zhang et al. 2011). */
export function phaseCongruency(planes: readonly Plane[], { filters, noiseFactors }: FilterBank): Float64Array[] {
  const { width, height } = planes[0]!;
  const count = width * height;
  const { forward, inverse } = planeTransforms(width, height);
  const spectrum = complexZeros(count);
  const responses = filters[0]!.map(() => complexZeros(count));
  const squares = new Float64Array(count);
  return planes.map(({ data }) => {
    // No filter passes what all samples share; without it a constant image has no structure at all instead of rounding noise.
    const real = new Float64Array(count);
    for (let i = 0; i < count; i++) real[i] = data[i]! - data[0]!;
    forward({ real, imaginary: new Float64Array(count) }, spectrum);
    const sums: Sums = {
      energies: new Float64Array(count).fill(Number.EPSILON),
      amplitudes: new Float64Array(count).fill(Number.EPSILON),
    };
    filters.forEach((scales, orientation) => {
      scales.forEach((filter, scale) => {
        inverse(spectrum, filter, responses[scale]!);
      });
      const finest = responses[0]!;
      for (let i = 0; i < count; i++) squares[i] = finest.real[i]! ** 2 + finest.imaginary[i]! ** 2;
      addOrientation(responses, Math.sqrt(lowerMedian(squares)) * noiseFactors[orientation]!, sums);
    });
    for (let i = 0; i < count; i++) sums.energies[i]! /= sums.amplitudes[i]!;
    return sums.energies;
  });
}

interface Sums {
  readonly energies: Float64Array;
  readonly amplitudes: Float64Array;
}

const amplitude = (real: number, imaginary: number) => Math.sqrt(real * real + imaginary * imaginary);

/** What a response has along the direction of all four together, less what it has across. */
const along = (real: number, imaginary: number, cosine: number, sine: number) =>
  real * cosine + imaginary * sine - Math.abs(real * sine - imaginary * cosine);

/** Adds the amplitudes of the responses at the four scales, and their energy beyond what noise reaches. */
function addOrientation(responses: readonly Complex[], threshold: number, { energies, amplitudes }: Sums): void {
  const [a, b, c, d] = responses as [Complex, Complex, Complex, Complex];
  const [a0, b0, c0, d0] = [a.real, b.real, c.real, d.real];
  const [a1, b1, c1, d1] = [a.imaginary, b.imaginary, c.imaginary, d.imaginary];
  for (let i = 0; i < energies.length; i++) {
    const even = a0[i]! + b0[i]! + c0[i]! + d0[i]!;
    const odd = a1[i]! + b1[i]! + c1[i]! + d1[i]!;
    amplitudes[i]! +=
      amplitude(a0[i]!, a1[i]!) + amplitude(b0[i]!, b1[i]!) + amplitude(c0[i]!, c1[i]!) + amplitude(d0[i]!, d1[i]!);
    const length = amplitude(even, odd) + Number.EPSILON;
    const cosine = even / length;
    const sine = odd / length;
    const energy =
      along(a0[i]!, a1[i]!, cosine, sine) +
      along(b0[i]!, b1[i]!, cosine, sine) +
      along(c0[i]!, c1[i]!, cosine, sine) +
      along(d0[i]!, d1[i]!, cosine, sine);
    if (energy > threshold) energies[i]! += energy - threshold;
  }
}
