import { mixedRadix } from './mixed-radix.ts';

/** Complex numbers, real and imaginary parts apart. */
export interface Complex {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Transforms complex numbers in place: forward, with exp(-2 pi i k n / N), not divided by N. */
export type Transform = (values: Complex) => void;

const complex = (length: number): Complex => ({ real: new Float64Array(length), imaginary: new Float64Array(length) });

/** The discrete Fourier transform of any length: factors 2, 3, 5, 7 by Cooley and Tukey, what is left by Bluestein. */
export function fourierTransform(length: number): Transform {
  if ((length & (length - 1)) === 0) return powerOfTwo(length);
  const factor = [3, 5, 7].find((candidate) => length % candidate === 0);
  if (factor) return mixedRadix(factor, length / factor, fourierTransform(length / factor));
  return bluestein(length);
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i]!;
  values[i] = values[j]!;
  values[j] = kept;
}

function powerOfTwo(length: number): Transform {
  const half = length >> 1;
  const cosines = Float64Array.from({ length: half }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sines = Float64Array.from({ length: half }, (_, i) => -Math.sin((2 * Math.PI * i) / length));
  const reversed = new Uint32Array(length);
  for (let i = 1; i < length; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? half : 0);
  return ({ real, imaginary }) => {
    for (let i = 0; i < length; i++) {
      const j = reversed[i]!;
      if (j <= i) continue;
      swap(real, i, j);
      swap(imaginary, i, j);
    }
    for (let size = 2; size <= length; size *= 2) {
      const reach = size >> 1;
      const step = length / size;
      for (let start = 0; start < length; start += size)
        for (let k = 0, low = start, high = start + reach; k < reach; k++, low++, high++) {
          const cosine = cosines[k * step]!;
          const sine = sines[k * step]!;
          const a = real[high]! * cosine - imaginary[high]! * sine;
          const b = real[high]! * sine + imaginary[high]! * cosine;
          real[high] = real[low]! - a;
          imaginary[high] = imaginary[low]! - b;
          real[low]! += a;
          imaginary[low]! += b;
        }
    }
  };
}

/** As a convolution with exp(i pi n^2 / N) of at least twice the length. */
function bluestein(length: number): Transform {
  let size = 1;
  while (size < 2 * length - 1) size *= 2;
  const transform = powerOfTwo(size);
  // n^2 modulo 2 N keeps the angles small and exact.
  const angle = (n: number) => (Math.PI * ((n * n) % (2 * length))) / length;
  const chirp: Complex = {
    real: Float64Array.from({ length }, (_, n) => Math.cos(angle(n))),
    imaginary: Float64Array.from({ length }, (_, n) => Math.sin(angle(n))),
  };
  const kernel = complex(size);
  for (let n = 0; n < length; n++)
    for (const at of n === 0 ? [0] : [n, size - n]) {
      kernel.real[at] = chirp.real[n]!;
      kernel.imaginary[at] = chirp.imaginary[n]!;
    }
  transform(kernel);
  const work = complex(size);
  return ({ real, imaginary }) => {
    work.real.fill(0);
    work.imaginary.fill(0);
    for (let n = 0; n < length; n++) {
      const [c, s] = [chirp.real[n]!, chirp.imaginary[n]!];
      work.real[n] = real[n]! * c + imaginary[n]! * s;
      work.imaginary[n] = imaginary[n]! * c - real[n]! * s;
    }
    transform(work);
    for (let k = 0; k < size; k++) {
      const [a, b, c, d] = [work.real[k]!, work.imaginary[k]!, kernel.real[k]!, kernel.imaginary[k]!];
      work.real[k] = a * c - b * d;
      // Conjugated, so that the forward transform that follows is the inverse one.
      work.imaginary[k] = -(a * d + b * c);
    }
    transform(work);
    for (let n = 0; n < length; n++) {
      const [a, b] = [work.real[n]! / size, -work.imaginary[n]! / size];
      const [c, s] = [chirp.real[n]!, chirp.imaginary[n]!];
      real[n] = a * c + b * s;
      imaginary[n] = b * c - a * s;
    }
  };
}

/** Forward and inverse transform of planes of one size, both in place; the inverse divides by the number of samples. */
export function planeTransforms(width: number, height: number): { forward: Transform; inverse: Transform } {
  const alongRow = fourierTransform(width);
  const alongColumn = fourierTransform(height);
  const column = complex(height);
  const forward: Transform = ({ real, imaginary }) => {
    for (let y = 0; y < height; y++)
      alongRow({
        real: real.subarray(y * width, (y + 1) * width),
        imaginary: imaginary.subarray(y * width, (y + 1) * width),
      });
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        column.real[y] = real[y * width + x]!;
        column.imaginary[y] = imaginary[y * width + x]!;
      }
      alongColumn(column);
      for (let y = 0; y < height; y++) {
        real[y * width + x] = column.real[y]!;
        imaginary[y * width + x] = column.imaginary[y]!;
      }
    }
  };
  const inverse: Transform = ({ real, imaginary }) => {
    // The inverse of z is the forward transform of i conj(z), treated the same way once more: real and imaginary swapped.
    forward({ real: imaginary, imaginary: real });
    const count = width * height;
    for (let i = 0; i < count; i++) {
      real[i]! /= count;
      imaginary[i]! /= count;
    }
  };
  return { forward, inverse };
}
