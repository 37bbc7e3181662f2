import {
  crop,
  type Image,
  joinAlpha,
  pad,
  type Samples,
  splitAlpha,
  type Tile,
  toFloat,
  toRgb,
  toUint8,
  toUint16,
} from '@deflow/images';

/** RGB, 0..1, mirrored at the right and the bottom to multiples of `multiple`. */
export function toModel(image: Image, multiple: number): Image<Float32Array> {
  const missing = (length: number) => (multiple - (length % multiple)) % multiple;
  return pad(toFloat(toRgb(splitAlpha(image).colour)), { right: missing(image.width), bottom: missing(image.height) });
}

/** The image that `result` holds for `original`: its size, its type of samples, its alpha. */
export function fromModel<Data extends Samples>(result: Image<Float32Array>, original: Image<Data>): Image<Data> {
  const { alpha } = splitAlpha(original);
  const colour = likeSamples(crop(result, { x: 0, y: 0, width: original.width, height: original.height }), original);
  return alpha ? joinAlpha(colour, alpha) : colour;
}

function likeSamples<Data extends Samples>(image: Image<Float32Array>, { data }: Image<Data>): Image<Data> {
  const converted = (): Image => {
    if (data instanceof Uint8Array) return toUint8(image);
    if (data instanceof Uint16Array) return toUint16(image);
    return data instanceof Float64Array ? { ...image, data: Float64Array.from(image.data) } : image;
  };
  return converted() as Image<Data>;
}

/** Copies the kept part of a tile's values, RGB, to its place in `whole`. */
export function placeTile(whole: Image<Float32Array>, values: ArrayLike<number>, { region, kept }: Tile): void {
  for (let row = 0; row < kept.height; row++) {
    const from = ((kept.y - region.y + row) * region.width + kept.x - region.x) * 3;
    const to = ((kept.y + row) * whole.width + kept.x) * 3;
    for (let i = 0; i < kept.width * 3; i++) whole.data[to + i] = values[from + i]!;
  }
}
