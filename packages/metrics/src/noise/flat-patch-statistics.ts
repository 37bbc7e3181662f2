import type { MeasuredImage } from '../input/planes.ts';
import { NoPatchesError } from './errors.ts';
import { type NoiseShape, noiseMoments } from './noise-moments.ts';
import { type Patch, textureThird, unsaturatedPatches } from './patches.ts';
import { type Picture, toPicture } from './picture.ts';
import { patchResidual, planeCorrection } from './residual.ts';
import { meanAndDeviation, median } from './summary.ts';

/** The part of a picture's patches that counts as flat. */
const flatPart = 0.15;

/** Noise as it shows where a picture has nothing else. Levels are in units of 1/255. */
export interface FlatPatchStatistics extends NoiseShape {
  /** Median over patches of the standard deviation within a patch, all channels together. */
  readonly std: number;
  /** `std` of the patches with mean brightness 0-51, 51-102, 102-153 and 153-204; NaN where there are none. */
  readonly brightness: readonly [number, number, number, number];
  /** Finest detail (diagonal Haar) in the flat, middle and textured third of each picture: median over all unsaturated patches. */
  readonly texture: { readonly flat: number; readonly middle: number; readonly textured: number };
  /** Mean and standard deviation over the pictures of each picture's median patch. */
  readonly perPictureStd: { readonly mean: number; readonly sd: number };
  /** How many flat patches were measured. */
  readonly patches: number;
}

/**
 * Measures noise without knowing the clean pictures, in flat patches: of the unsaturated 12x12 patches of each picture
 * the 15 % with the smallest RMS gradient after a blur of sigma 2, each minus its least-squares plane.
 *
 * @param images - Of any size and sample type; those below 12x12 are passed over. Grey counts as three equal channels, alpha is ignored.
 * @throws NoPatchesError when no image has a usable patch; InvalidSampleError, SampleRangeError.
 */
export function flatPatchStatistics(images: Iterable<MeasuredImage>): FlatPatchStatistics {
  const moments = noiseMoments();
  const levels: number[] = [];
  const perPicture: number[] = [];
  const brightness: [number[], number[], number[], number[]] = [[], [], [], []];
  const texture: { flat: number[]; middle: number[]; textured: number[] } = { flat: [], middle: [], textured: [] };
  let count = 0;
  for (const image of images) {
    count++;
    const picture = toPicture(image);
    const patches = unsaturatedPatches(picture);
    for (const [index, { diagonalHaar }] of patches.entries()) {
      texture[textureThird(index, patches.length)].push(diagonalHaar);
    }
    const levelsHere = flattest(patches).map((patch) => {
      const residual = residualOf(picture, patch);
      moments.add(residual);
      const level = residual.rms * planeCorrection;
      brightness[Math.floor(patch.brightness / 51)]?.push(level);
      return level;
    });
    levels.push(...levelsHere);
    if (levelsHere.length > 0) perPicture.push(median(levelsHere));
  }
  if (levels.length === 0) throw new NoPatchesError(count);
  return {
    std: median(levels),
    ...moments.shape(),
    brightness: [median(brightness[0]), median(brightness[1]), median(brightness[2]), median(brightness[3])],
    texture: { flat: median(texture.flat), middle: median(texture.middle), textured: median(texture.textured) },
    perPictureStd: meanAndDeviation(perPicture),
    patches: levels.length,
  };
}

const flattest = (patches: readonly Patch[]): readonly Patch[] =>
  patches.slice(0, Math.max(1, Math.round(patches.length * flatPart)));

const residualOf = (picture: Picture, { x, y }: Patch) => patchResidual(picture.planes, picture.width, x, y);
