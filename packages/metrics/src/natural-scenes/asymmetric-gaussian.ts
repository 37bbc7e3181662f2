import { gamma } from './gamma.ts';
import { shapeOfRatio } from './shapes.ts';

/** A rectangle of a map of values. */
export interface Region {
  readonly data: Float64Array;
  /** Values from one row of the map to the next. */
  readonly stride: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sums over values: those below and above zero apart. */
export interface SidedMoments {
  readonly count: number;
  readonly negatives: number;
  readonly positives: number;
  readonly negativeSquares: number;
  readonly positiveSquares: number;
  readonly magnitudes: number;
}

/** An asymmetric generalised Gaussian: its shape and the root mean square of each side; NaN for a side without values. */
export interface AsymmetricGaussian {
  readonly shape: number;
  readonly left: number;
  readonly right: number;
  /** sqrt(Gamma(1/shape) / Gamma(3/shape)): left and right times this are the scales beta. */
  readonly scaleFactor: number;
  /** Gamma(2/shape) / Gamma(1/shape). */
  readonly meanFactor: number;
}

/** The moments of a region, or of its products with itself moved down and right by `shift`, going round at the edges. */
export function sidedMoments(region: Region, shift?: { readonly x: -1 | 0 | 1; readonly y: 0 | 1 }): SidedMoments {
  const { data, stride, width, height } = region;
  const start = region.y * stride + region.x;
  let negatives = 0;
  let positives = 0;
  let negativeSquares = 0;
  let positiveSquares = 0;
  let magnitudes = 0;
  const row = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const own = start + y * stride;
    if (!shift) row.set(data.subarray(own, own + width));
    else {
      const other = start + ((y - shift.y + height) % height) * stride;
      const first = shift.x === 1 ? width - 1 : 0 - shift.x;
      const last = shift.x === -1 ? 0 : width - 1 - shift.x;
      row[0] = data[own]! * data[other + first]!;
      for (let x = 1; x < width - 1; x++) row[x] = data[own + x]! * data[other + x - shift.x]!;
      row[width - 1] = data[own + width - 1]! * data[other + last]!;
    }
    for (let x = 0; x < width; x++) {
      const value = row[x]!;
      if (value < 0) {
        negatives++;
        negativeSquares += value * value;
        magnitudes -= value;
      } else if (value > 0) {
        positives++;
        positiveSquares += value * value;
        magnitudes += value;
      }
    }
  }
  return { count: width * height, negatives, positives, negativeSquares, positiveSquares, magnitudes };
}

/**
 * Moment matching of Lasmar, Stitou, Berthoumieu (2009). Zeros belong to no side. When a side has no values, its root mean
 * square is NaN and the shape the smallest one, 0.2, as in MATLAB.
 */
export function fitAsymmetricGaussian(moments: SidedMoments): AsymmetricGaussian {
  const { count, negatives, positives, negativeSquares, positiveSquares, magnitudes } = moments;
  const left = Math.sqrt(negativeSquares / negatives);
  const right = Math.sqrt(positiveSquares / positives);
  const balance = left / right;
  const ratio = (magnitudes / count) ** 2 / ((negativeSquares + positiveSquares) / count);
  const shape = shapeOfRatio((ratio * (balance ** 3 + 1) * (balance + 1)) / (balance ** 2 + 1) ** 2);
  const gamma1 = gamma(1 / shape);
  return {
    shape,
    left,
    right,
    scaleFactor: Math.sqrt(gamma1 / gamma(3 / shape)),
    meanFactor: gamma(2 / shape) / gamma1,
  };
}
