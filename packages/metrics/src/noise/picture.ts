import { checkImage } from '@deflow/images';
import { checkSamples, type MeasuredImage } from '../input/planes.ts';

/** An image as three float64 planes and their mean, in units of 1/255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue: `height` rows of `width` samples each. */
  readonly planes: readonly [Float64Array, Float64Array, Float64Array];
  /** (R + G + B) / 3 */
  readonly grey: Float64Array;
}

/**
 * Grey images count as three equal channels; alpha is ignored.
 *
 * @throws ImageSizeError, InvalidSampleError, SampleRangeError, OptionError (a range that is not above 0)
 */
export function toPicture(image: MeasuredImage): Picture {
  checkImage(image);
  const white = checkSamples(image);
  const { width, height, channels, data } = image;
  const pixels = width * height;
  const planes = [new Float64Array(pixels), new Float64Array(pixels), new Float64Array(pixels)] as const;
  const grey = new Float64Array(pixels);
  const scale = white === 65535 ? 1 / 257 : 255 / white;
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
