import type { Plane } from '../filters/decimate.ts';
import { type Complex, planeTransforms } from '../filters/fourier.ts';
import type { FilterBank } from './log-gabor.ts';

/** Phase congruency of a plane (Kovesi 1999, with the noise compensation of Zhang et al. 2011). */
export function phaseCongruency({ width, height, data }: Plane, { filters }: FilterBank): Float64Array {
  const { forward, inverse } = planeTransforms(width, height);
  // No filter passes what all samples share; without it a constant image has no structure at all instead of rounding noise.
  const shared = data[0]!;
  const spectrum: Complex = { real: data.map((value) => value - shared), imaginary: new Float64Array(data.length) };
  forward(spectrum);
  const energies = new Float64Array(data.length).fill(Number.EPSILON);
  const amplitudes = new Float64Array(data.length).fill(Number.EPSILON);
  for (const bank of filters) {
    const responses = bank.map((filter): Complex => {
      const response = {
        real: spectrum.real.map((value, i) => value * filter[i]!),
        imaginary: spectrum.imaginary.map((value, i) => value * filter[i]!),
      };
      inverse(response);
      return response;
    });
    const threshold = noiseThreshold(responses[0]!, bank, width, height);
    for (let i = 0; i < data.length; i++) {
      let even = 0;
      let odd = 0;
      for (const { real, imaginary } of responses) {
        even += real[i]!;
        odd += imaginary[i]!;
        amplitudes[i]! += Math.sqrt(real[i]! ** 2 + imaginary[i]! ** 2);
      }
      const length = Math.sqrt(even * even + odd * odd) + Number.EPSILON;
      const [cosine, sine] = [even / length, odd / length];
      let energy = 0;
      for (const { real, imaginary } of responses)
        energy += real[i]! * cosine + imaginary[i]! * sine - Math.abs(real[i]! * sine - imaginary[i]! * cosine);
      energies[i]! += Math.max(energy - threshold, 0);
    }
  }
  return energies.map((energy, i) => energy / amplitudes[i]!);
}

/** What the energy of noise reaches, judged by the median response at the finest scale. */
function noiseThreshold(finest: Complex, bank: readonly Float64Array[], width: number, height: number): number {
  const squares = finest.real.map((value, i) => value ** 2 + finest.imaginary[i]! ** 2).sort();
  return Math.sqrt(squares[medianIndex(squares.length)]!) * noiseFactor(bank, width, height);
}

/** Where the median lies among ascending values: the lower of the two middle ones. */
export const medianIndex = (count: number): number => (count - 1) >> 1;

/** What the median amplitude at the finest scale is multiplied by to give the energy that noise reaches. */
export function noiseFactor(bank: readonly Float64Array[], width: number, height: number): number {
  // Real parts of the filters in space; by Parseval's theorem their products are those of the even parts in frequency.
  const even = bank.map((filter) => evenPart(filter, width, height));
  let own = 0;
  let mixed = 0;
  for (let i = 0; i < even.length; i++) {
    own += sumOfProducts(even[i]!, even[i]!);
    for (let j = i + 1; j < even.length; j++) mixed += sumOfProducts(even[i]!, even[j]!);
  }
  const power = -1 / Math.log(0.5) / sumOfProducts(bank[0]!, bank[0]!);
  const deviation = Math.sqrt(power * (own + 2 * mixed));
  return (deviation * (Math.sqrt(Math.PI / 2) + 2 * Math.sqrt(2 - Math.PI / 2))) / 1.7;
}

function sumOfProducts(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function evenPart(filter: Float64Array, width: number, height: number): Float64Array {
  return filter.map((value, index) => {
    const x = (width - (index % width)) % width;
    const y = (height - Math.floor(index / width)) % height;
    return (value + filter[y * width + x]!) / 2;
  });
}
