import type { MeasuredImage } from '../input/planes.ts';
import { type NiqeFeatureOptions, niqeBlocks } from '../niqe/niqe.ts';

/**
 * The 36 features of NIQE for every block of 96 x 96 pixels that has structure, as a feature set for `frechetDistance` and
 * `kernelDistance`: statistics of local contrast, which show noise, blur and compression, but not what a picture is of.
 * A choice of this package, not FID; such numbers compare only with each other.
 *
 * @throws ImageTooSmallError below 96 pixels a side, AlphaChannelError, InvalidSampleError, SampleRangeError
 */
export function sceneFeatures(image: MeasuredImage, options: NiqeFeatureOptions = {}): Float64Array[] {
  return niqeBlocks(image, options)
    .map(({ features }) => features)
    .filter((features) => !features.some(Number.isNaN));
}
