import type { Complex, Transform } from './fourier.ts';

/**
 * A transform of `factor` times the length of `inner`: transforms of every `factor`-th sample, put together by small ones
 * (Cooley and Tukey, decimation in time).
 */
export function mixedRadix(factor: number, innerLength: number, inner: Transform): Transform {
  const length = factor * innerLength;
  const cosines = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sines = Float64Array.from({ length }, (_, i) => -Math.sin((2 * Math.PI * i) / length));
  const parts = Array.from(
    { length: factor },
    (): Complex => ({ real: new Float64Array(innerLength), imaginary: new Float64Array(innerLength) }),
  );
  return ({ real, imaginary }) => {
    parts.forEach((part, first) => {
      for (let i = 0, j = first; i < innerLength; i++, j += factor) {
        part.real[i] = real[j]!;
        part.imaginary[i] = imaginary[j]!;
      }
      inner(part);
    });
    real.fill(0);
    imaginary.fill(0);
    parts.forEach((part, first) => {
      for (let k = 0, i = 0, turn = 0; k < length; k++) {
        const [c, s] = [cosines[turn]!, sines[turn]!];
        real[k]! += part.real[i]! * c - part.imaginary[i]! * s;
        imaginary[k]! += part.real[i]! * s + part.imaginary[i]! * c;
        if (++i === innerLength) i = 0;
        turn += first;
        if (turn >= length) turn -= length;
      }
    });
  };
}
