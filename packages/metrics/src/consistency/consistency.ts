import { type Image, resize, toUint8 } from '@deflow/images';
import { checkMeasured } from '../input/planes.ts';
import { psnr } from '../psnr/psnr.ts';
import { ssim } from '../ssim/ssim.ts';

export interface ConsistencyOptions {
  /** How small both are made before they are compared; default 1/4, the scale of DeFlow's conditional images. */
  readonly scale?: number;
}

/** How alike two pictures are. */
export interface Consistency {
  /** In dB. */
  readonly psnr: number;
  readonly ssim: number;
}

/**
 * Whether a translated picture still shows the same: PSNR and SSIM of both, made small (MATLAB's bicubic, on 8-bit samples,
 * rounded after each axis). With `scale: 1` this is the cycle check of a picture and its back-translation.
 *
 * @throws SizeMismatchError, ImageTooSmallError when less than 11 pixels a side are left, AlphaChannelError,
 * InvalidSampleError, SampleRangeError
 */
export function translationConsistency(
  image: Image,
  translated: Image,
  { scale = 1 / 4 }: ConsistencyOptions = {},
): Consistency {
  for (const picture of [image, translated]) checkMeasured(picture);
  const small = (picture: Image) => (scale === 1 ? toUint8(picture) : resize(toUint8(picture), { scale }));
  const [a, b] = [small(translated), small(image)];
  return { psnr: psnr(a, b), ssim: ssim(a, b) };
}
