import type { MeasuredImage } from '../input/planes.ts';
import { PairSizeError } from './errors.ts';
import { type Picture, toPicture } from './picture.ts';

/** A clean image and what became of it, of the same size. */
export interface ImagePair {
  readonly clean: MeasuredImage;
  readonly degraded: MeasuredImage;
}

/** The clean picture, and degraded minus clean by channel in units of 1/255. Throws a PairSizeError naming pair `index`. */
export function pictureChange(pair: ImagePair, index: number): { clean: Picture; change: Float64Array[] } {
  const [clean, degraded] = [toPicture(pair.clean), toPicture(pair.degraded)];
  if (clean.width !== degraded.width || clean.height !== degraded.height)
    throw new PairSizeError(index, `${clean.width}x${clean.height}`, `${degraded.width}x${degraded.height}`);
  const change = clean.planes.map((plane, channel) => plane.map((sample, i) => degraded.planes[channel]![i]! - sample));
  return { clean, change };
}
