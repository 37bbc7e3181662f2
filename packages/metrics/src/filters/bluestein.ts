import { type Complex, complexZeros, type Transform } from './complex.ts';
import { smallFactors, stockham } from './stockham.ts';

/** A transform of any length as a convolution with exp(i pi n^2 / N), by transforms of a power of two of about twice the length. */
export function bluestein(length: number): Transform {
  let size = 1;
  while (size < 2 * length - 1) size *= 2;
  const transform = stockham(smallFactors(size).factors);
  // n^2 modulo 2 N keeps the angles small and exact.
  const angle = (n: number) => (Math.PI * ((n * n) % (2 * length))) / length;
  const chirp: Complex = {
    real: Float64Array.from({ length }, (_, n) => Math.cos(angle(n))),
    imaginary: Float64Array.from({ length }, (_, n) => Math.sin(angle(n))),
  };
  const kernel = convolutionKernel(chirp, size, transform);
  let [work, spectra] = [complexZeros(0), complexZeros(0)];
  return ({ values, start, stride, count }, to) => {
    if (work.real.length !== size * count) [work, spectra] = [complexZeros(size * count), complexZeros(size * count)];
    const side = { values: work, start: 0, stride: count, count };
    const rows = { values: spectra, start: 0 };
    work.real.fill(0);
    work.imaginary.fill(0);
    for (let n = 0; n < length; n++) {
      const [c, s] = [chirp.real[n]!, chirp.imaginary[n]!];
      for (let i = start + n * stride, at = n * count, end = i + count; i < end; i++, at++) {
        work.real[at] = values.real[i]! * c + values.imaginary[i]! * s;
        work.imaginary[at] = values.imaginary[i]! * c - values.real[i]! * s;
      }
    }
    transform(side, rows);
    for (let lane = 0, i = 0; lane < count; lane++)
      for (let k = 0; k < size; k++, i++) {
        const [a, b] = [spectra.real[i]!, spectra.imaginary[i]!];
        const [c, d] = [kernel.real[k]!, kernel.imaginary[k]!];
        // Both parts change places, so that the forward transform that follows is the inverse one.
        work.real[k * count + lane] = a * d + b * c;
        work.imaginary[k * count + lane] = a * c - b * d;
      }
    transform(side, rows);
    for (let lane = 0, o = to.start; lane < count; lane++)
      for (let n = 0, i = lane * size; n < length; n++, i++, o++) {
        const [c, s] = [chirp.real[n]! / size, chirp.imaginary[n]! / size];
        to.values.real[o] = spectra.imaginary[i]! * c + spectra.real[i]! * s;
        to.values.imaginary[o] = spectra.real[i]! * c - spectra.imaginary[i]! * s;
      }
  };
}

function convolutionKernel({ real, imaginary }: Complex, size: number, transform: Transform): Complex {
  const [kernel, spectrum] = [complexZeros(size), complexZeros(size)];
  for (let n = 0; n < real.length; n++)
    for (const at of n === 0 ? [0] : [n, size - n]) {
      kernel.real[at] = real[n]!;
      kernel.imaginary[at] = imaginary[n]!;
    }
  transform({ values: kernel, start: 0, stride: 1, count: 1 }, { values: spectrum, start: 0 });
  return spectrum;
}
