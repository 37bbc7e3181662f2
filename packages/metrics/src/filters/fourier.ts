import { bluestein } from './bluestein.ts';
import { type Columns, type Complex, complexZeros, type Transform } from './complex.ts';
import { smallFactors, stockham } from './stockham.ts';

/** The discrete Fourier transform of any length: factors up to 7 by Stockham's way, lengths with others by Bluestein's. */
export function fourierTransform(length: number): Transform {
  const { factors, rest } = smallFactors(length);
  return rest === 1 ? stockham(factors) : bluestein(length);
}

/** How many columns are transformed side by side: their numbers stay in the cache. */
const lanes = 8;

/** Planes of one size, forward and back. */
export interface PlaneTransforms {
  forward(values: Complex, to: Complex): void;
  /** The inverse of the products with a real filter, divided by the number of samples. */
  inverse(spectrum: Complex, filter: Float64Array, to: Complex): void;
}

/** Two-dimensional transforms: down the columns, which become rows, twice. */
export function planeTransforms(width: number, height: number): PlaneTransforms {
  const [down, along] = [fourierTransform(height), fourierTransform(width)];
  const block = complexZeros(lanes * height);
  const turned = complexZeros(width * height);
  const blocks = (others: number, transform: (start: number, count: number) => void) => {
    for (let start = 0; start < others; start += lanes) transform(start, Math.min(lanes, others - start));
  };
  const finish = (to: Complex) =>
    blocks(height, (start, count) => {
      along({ values: turned, start, stride: height, count }, { values: to, start: start * width });
    });
  return {
    forward(values, to) {
      blocks(width, (start, count) => {
        down({ values, start, stride: width, count }, { values: turned, start: start * height });
      });
      finish(to);
    },
    inverse(spectrum, filter, to) {
      // The inverse of z is the forward transform of i conj(z), treated the same way once more: both parts change places.
      blocks(width, (start, count) => {
        gatherProducts(spectrum, filter, { start, stride: width, count }, block);
        const values = { real: block.imaginary, imaginary: block.real };
        down({ values, start: 0, stride: count, count }, { values: turned, start: start * height });
      });
      finish({ real: to.imaginary, imaginary: to.real });
    },
  };
}

/** Columns of the products of a spectrum and a filter, divided by the number of samples. */
function gatherProducts(
  { real, imaginary }: Complex,
  filter: Float64Array,
  { start, stride, count }: Omit<Columns, 'values'>,
  to: Complex,
): void {
  const share = 1 / filter.length;
  for (let row = start, at = 0; row < filter.length; row += stride)
    for (let i = row, end = row + count; i < end; i++, at++) {
      const factor = filter[i]! * share;
      to.real[at] = real[i]! * factor;
      to.imaginary[at] = imaginary[i]! * factor;
    }
}
