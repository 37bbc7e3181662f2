import { grey, type Image, type Rectangle } from '@deflow/images';

/** Which crop: not the emptiest (nothing to see but noise), not the busiest (no noise to see). */
const preferredRank = 0.3;

/**
 * The part of a picture to show enlarged: of a grid of candidates that are neither dark nor burnt out, one with little texture.
 * Small pictures are taken whole.
 */
export function chooseCrop(image: Image<Uint8Array>, size: { width: number; height: number }): Rectangle {
  const width = Math.min(size.width, image.width);
  const height = Math.min(size.height, image.height);
  const { data } = grey(image);
  const candidates: { rectangle: Rectangle; texture: number }[] = [];
  for (let y = 0; y + height <= image.height; y += Math.max(1, height >> 1)) {
    for (let x = 0; x + width <= image.width; x += Math.max(1, width >> 1)) {
      const rectangle = { x, y, width, height };
      const { mean, texture } = survey(data, image.width, rectangle);
      if (mean > 45 && mean < 200) candidates.push({ rectangle, texture });
    }
  }
  candidates.sort((a, b) => a.texture - b.texture);
  const chosen = candidates[Math.floor(candidates.length * preferredRank)];
  return chosen?.rectangle ?? { x: (image.width - width) >> 1, y: (image.height - height) >> 1, width, height };
}

/** Mean brightness, and mean difference of pixels four apart: coarse enough not to be ruled by noise. */
function survey(data: ArrayLike<number>, stride: number, { x, y, width, height }: Rectangle) {
  let sum = 0;
  let texture = 0;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      sum += data[row * stride + column]!;
      if (column + 4 < x + width) texture += Math.abs(data[row * stride + column + 4]! - data[row * stride + column]!);
    }
  }
  return { mean: sum / (width * height), texture };
}
