import type { MeasuredImage } from '../input/planes.ts';
import { NoPatchesError } from './errors.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import { patchSize, unsaturatedPatches } from './patches.ts';
import { type Picture, toPicture } from './picture.ts';

/** Patches that show noise and nothing else, and patches that show detail: parts of a picture's patches, flattest first. */
const flatPart = 0.15;
const detailedFrom = 0.5;
/** Differences at these distances see mostly a quarter and a sixteenth of a cycle per pixel. */
const fineDistance = 2;
const coarseDistance = 8;
/** The softest that is looked for, in pixels. */
const softest = 3;

/**
 * How much softer the second set of pictures is than the first: the sigma, in pixels, of the Gaussian blur that gives
 * sharp pictures the same share of fine detail. The sets may show different scenes; what flat patches show counts as
 * noise and is taken away first. 0 where the second set is as sharp as the first, or sharper; at most 3.
 *
 * @param sharp - Pictures of any size and sample type.
 * @param soft - Pictures of the same kind of scenes at the same scale, noisy or not.
 * @throws NoPatchesError when no image of a set has usable patches; InvalidSampleError, SampleRangeError.
 */
export function relativeSoftness(sharp: Iterable<MeasuredImage>, soft: Iterable<MeasuredImage>): number {
  const [first, second] = [sharp, soft].map((images) => [...images].map(toPicture)) as [Picture[], Picture[]];
  const wanted = fineShare(second);
  let [low, high] = [0, softest];
  if (fineShare(first) <= wanted) return 0;
  while (high - low > 0.01) {
    const sigma = (low + high) / 2;
    if (fineShare(first.map((picture) => blurred(picture, sigma))) > wanted) low = sigma;
    else high = sigma;
  }
  return (low + high) / 2;
}

/** Energy of fine differences to that of coarse ones, both without the noise. */
function fineShare(pictures: readonly Picture[]): number {
  const flat = { fine: 0, coarse: 0, count: 0 };
  const detailed = { fine: 0, coarse: 0, count: 0 };
  for (const picture of pictures) {
    const patches = unsaturatedPatches(picture);
    for (const [index, patch] of patches.entries()) {
      const part = index / patches.length;
      const sums = part < flatPart ? flat : part >= detailedFrom ? detailed : undefined;
      if (!sums) continue;
      sums.fine += differenceEnergy(picture, patch, fineDistance);
      sums.coarse += differenceEnergy(picture, patch, coarseDistance);
      sums.count++;
    }
  }
  if (flat.count === 0 || detailed.count === 0) throw new NoPatchesError(pictures.length);
  const signal = (energy: 'fine' | 'coarse') => detailed[energy] / detailed.count - flat[energy] / flat.count;
  return signal('fine') / signal('coarse');
}

/** Mean square of the differences of grey between pixels of a patch that lie `distance` apart in a row or a column. */
function differenceEnergy({ grey, width }: Picture, { x, y }: { x: number; y: number }, distance: number): number {
  let sum = 0;
  for (let along = 0; along + distance < patchSize; along++) {
    for (let across = 0; across < patchSize; across++) {
      const inRow = (y + across) * width + x + along;
      const inColumn = (y + along) * width + x + across;
      sum +=
        (grey[inRow + distance]! - grey[inRow]!) ** 2 + (grey[inColumn + distance * width]! - grey[inColumn]!) ** 2;
    }
  }
  return sum / (2 * patchSize * (patchSize - distance));
}

const blurred = (picture: Picture, sigma: number): Picture => ({
  ...picture,
  grey: gaussianBlur(picture.grey, picture.width, picture.height, sigma),
});
