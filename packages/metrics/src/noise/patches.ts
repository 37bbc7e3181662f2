import { gaussianBlur } from './gaussian-blur.ts';
import { gradientEnergy } from './gradient-energy.ts';
import type { Picture } from './picture.ts';

/** Side of a patch in pixels. */
export const patchSize = 12;
export const patchArea = patchSize * patchSize;

/** A patch of the grid and what decides how it is used. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  /** RMS gradient of the blurred grey picture: how much of a picture there is under the noise. */
  readonly gradient: number;
  /** Mean of all three channels. */
  readonly brightness: number;
  /** Mean |a - b - c + d| / 2 over the 2x2 cells of the grey patch: its finest detail. */
  readonly diagonalHaar: number;
}

/** The unsaturated patches of a picture (channel means within 12..243) on a grid from the top left corner, flattest first. */
export function unsaturatedPatches(picture: Picture): Patch[] {
  const { width, height, grey, planes } = picture;
  const energy = gradientEnergy(gaussianBlur(grey, width, height, 2), width, height);
  const patches: Patch[] = [];
  for (let y = 0; y + patchSize <= height; y += patchSize) {
    for (let x = 0; x + patchSize <= width; x += patchSize) {
      const means = planes.map((plane) => patchSum(plane, width, x, y) / patchArea);
      if (means.some((mean) => mean < 12 || mean > 243)) continue;
      patches.push({
        x,
        y,
        gradient: Math.sqrt(patchSum(energy, width, x, y) / patchArea),
        brightness: (means[0]! + means[1]! + means[2]!) / 3,
        diagonalHaar: diagonalHaar(grey, width, x, y),
      });
    }
  }
  return patches.sort((a, b) => a.gradient - b.gradient);
}

/** The third of `count` patches, ordered by gradient, that patch `index` falls into. */
export const textureThird = (index: number, count: number): 'flat' | 'middle' | 'textured' =>
  index * 3 < count ? 'flat' : index * 3 < 2 * count ? 'middle' : 'textured';

function patchSum(plane: Float64Array, width: number, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + patchSize; y++) {
    for (let x = left; x < left + patchSize; x++) sum += plane[y * width + x]!;
  }
  return sum;
}

function diagonalHaar(grey: Float64Array, width: number, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + patchSize; y += 2) {
    for (let x = left; x < left + patchSize; x += 2) {
      const at = y * width + x;
      sum += Math.abs(grey[at]! - grey[at + 1]! - grey[at + width]! + grey[at + width + 1]!) / 2;
    }
  }
  return sum / (patchArea / 4);
}
