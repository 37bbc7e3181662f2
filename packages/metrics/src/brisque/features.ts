import { resize } from '@deflow/images';
import type { Plane } from '../filters/decimate.ts';
import { fitAsymmetricGaussian, type Region, sidedMoments } from '../natural-scenes/asymmetric-gaussian.ts';
import { type FlatRule, normalisedContrast } from '../natural-scenes/normalised-contrast.ts';
import { shapeOfInverse } from '../natural-scenes/shapes.ts';

const neighbours = [
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: 1, y: 1 },
  { x: -1, y: 1 },
] as const;

/** The 36 features of a grey picture of 0..255: 18 at full and 18 at half size. */
export function brisqueFeatures(picture: Plane, flat: FlatRule): number[] {
  const half = resize({ ...picture, channels: 1 }, { scale: 0.5 });
  return [picture, half].flatMap((plane) => scaleFeatures(plane, flat));
}

function scaleFeatures(plane: Plane, flat: FlatRule): number[] {
  const { width, height, contrast } = normalisedContrast(plane, { border: 'zero', flat });
  const region: Region = { data: contrast, stride: width, x: 0, y: 0, width, height };
  const { count, negativeSquares, positiveSquares, magnitudes } = sidedMoments(region);
  const variance = (negativeSquares + positiveSquares) / count;
  const features = [shapeOfInverse(variance / (magnitudes / count) ** 2), variance];
  for (const shift of neighbours) {
    const { shape, left, right, scaleFactor, meanFactor } = fitAsymmetricGaussian(sidedMoments(region, shift));
    features.push(shape, (right - left) * meanFactor * scaleFactor, left ** 2, right ** 2);
  }
  return features;
}
