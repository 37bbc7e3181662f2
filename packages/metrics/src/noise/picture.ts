import type { Image } from '@deflow/images';

/** An image as three float64 planes and their mean, in units of 1/255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue: `height` rows of `width` samples each. */
  readonly planes: readonly [Float64Array, Float64Array, Float64Array];
  /** (R + G + B) / 3 */
  readonly grey: Float64Array;
}

const unit = (data: Image['data']) => (data instanceof Uint8Array ? 1 : data instanceof Uint16Array ? 1 / 257 : 255);

/** Grey images count as three equal channels; alpha is ignored. */
export function toPicture({ width, height, channels, data }: Image): Picture {
  const pixels = width * height;
  const planes = [new Float64Array(pixels), new Float64Array(pixels), new Float64Array(pixels)] as const;
  const grey = new Float64Array(pixels);
  const scale = unit(data);
  const colours = channels < 3 ? 1 : 3;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let sum = 0;
    for (let colour = 0; colour < 3; colour++) {
      const sample = data[pixel * channels + (colour % colours)]! * scale;
      planes[colour]![pixel] = sample;
      sum += sample;
    }
    grey[pixel] = sum / 3;
  }
  return { width, height, planes: [planes[0], planes[1], planes[2]], grey };
}
