import { grey, type Image, type Rectangle } from '@deflow/images';

/** Where noise is to be seen: not the emptiest part (nothing but noise), not the busiest (no noise to see). */
export const noiseToSee = 0.3;

/** Where details are to be seen: nearly the busiest part. */
export const detailsToSee = 0.9;

/** A rectangle, the mean brightness in it, 0..255, and the mean difference of pixels four apart. */
export interface ChosenCrop extends Rectangle {
  readonly brightness: number;
  readonly texture: number;
}

/**
 * The part of a picture to show enlarged: of a grid of candidates that are neither dark nor burnt out, the one at `rank`
 * between the least texture (0) and the most (1). Small pictures are taken whole.
 */
export function chooseCrop(
  image: Image<Uint8Array>,
  size: { width: number; height: number },
  rank = noiseToSee,
): ChosenCrop {
  const width = Math.min(size.width, image.width);
  const height = Math.min(size.height, image.height);
  const { data } = grey(image);
  const candidates: ChosenCrop[] = [];
  for (let y = 0; y + height <= image.height; y += Math.max(1, height >> 1)) {
    for (let x = 0; x + width <= image.width; x += Math.max(1, width >> 1)) {
      const rectangle = { x, y, width, height };
      const candidate = survey(data, image.width, rectangle);
      if (candidate.brightness > 45 && candidate.brightness < 200) candidates.push(candidate);
    }
  }
  candidates.sort((a, b) => a.texture - b.texture);
  const choice = candidates[Math.floor(candidates.length * rank)];
  const middle = { x: (image.width - width) >> 1, y: (image.height - height) >> 1, width, height };
  return choice ?? survey(data, image.width, middle);
}

/** Pixels four apart tell texture from noise better than neighbours. */
function survey(data: ArrayLike<number>, stride: number, rectangle: Rectangle): ChosenCrop {
  const { x, y, width, height } = rectangle;
  let sum = 0;
  let difference = 0;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      sum += data[row * stride + column]!;
      if (column + 4 < x + width)
        difference += Math.abs(data[row * stride + column + 4]! - data[row * stride + column]!);
    }
  }
  const pixels = width * height;
  return { ...rectangle, brightness: sum / pixels, texture: difference / pixels };
}
