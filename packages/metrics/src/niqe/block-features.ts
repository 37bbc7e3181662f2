import { resize } from '@deflow/images';
import type { Plane } from '../filters/decimate.ts';
import {
  type AsymmetricGaussian,
  fitAsymmetricGaussian,
  type Region,
  sidedMoments,
} from '../natural-scenes/asymmetric-gaussian.ts';
import { type FlatRule, type NormalisedContrast, normalisedContrast } from '../natural-scenes/normalised-contrast.ts';

/** Side of a block at the first scale; half of it at the second. */
export const blockSize = 96;
/** Features of a block: 18 at each of two scales. */
export const featureCount = 36;

/** A block of the picture. */
export interface BlockFeatures {
  readonly features: Float64Array;
  /** Mean local deviation at the first scale. */
  readonly sharpness: number;
}

const neighbours = [
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: 1, y: 1 },
  { x: -1, y: 1 },
] as const;

/** The features of all blocks of 96 x 96, row by row; what is left over at the right and at the bottom is not looked at. */
export function blockFeatures(picture: Plane, flat: FlatRule): BlockFeatures[] {
  const columns = Math.floor(picture.width / blockSize);
  const rows = Math.floor(picture.height / blockSize);
  const first = trimmed(picture, columns * blockSize, rows * blockSize);
  const fine = normalisedContrast(first, { border: 'replicate', flat });
  const coarse = normalisedContrast(resize({ ...first, channels: 1 }, { scale: 0.5 }), { border: 'replicate', flat });
  const blocks: BlockFeatures[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const features = new Float64Array(featureCount);
      features.set(regionFeatures(regionOf(fine, column, row, blockSize)));
      features.set(regionFeatures(regionOf(coarse, column, row, blockSize / 2)), featureCount / 2);
      blocks.push({ features, sharpness: meanDeviation(fine, column, row) });
    }
  return blocks;
}

function trimmed({ width, data }: Plane, newWidth: number, newHeight: number): Plane {
  const kept = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) kept.set(data.subarray(y * width, y * width + newWidth), y * newWidth);
  return { width: newWidth, height: newHeight, data: kept };
}

const regionOf = ({ contrast, width }: NormalisedContrast, column: number, row: number, size: number): Region => ({
  data: contrast,
  stride: width,
  x: column * size,
  y: row * size,
  width: size,
  height: size,
});

/** Shape and mean scale of the values; shape, mean and both scales of the products with each of four neighbours. */
function regionFeatures(region: Region): number[] {
  const { shape, left, right, scaleFactor } = fitAsymmetricGaussian(sidedMoments(region));
  const features = [shape, ((left + right) / 2) * scaleFactor];
  for (const shift of neighbours) features.push(...productFeatures(fitAsymmetricGaussian(sidedMoments(region, shift))));
  return features;
}

function productFeatures({ shape, left, right, scaleFactor, meanFactor }: AsymmetricGaussian): number[] {
  const [leftScale, rightScale] = [left * scaleFactor, right * scaleFactor];
  return [shape, (rightScale - leftScale) * meanFactor, leftScale, rightScale];
}

function meanDeviation({ deviation, width }: NormalisedContrast, column: number, row: number): number {
  let sum = 0;
  for (let y = row * blockSize; y < (row + 1) * blockSize; y++)
    for (let x = column * blockSize; x < (column + 1) * blockSize; x++) sum += deviation[y * width + x]!;
  return sum / blockSize ** 2;
}
