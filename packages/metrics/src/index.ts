export type { Colour } from './input/colour.ts';
export type { ComparedOptions } from './input/compared.ts';
export {
  AlphaChannelError,
  FlatImageError,
  ImageTooSmallError,
  InvalidSampleError,
  SampleRangeError,
  SizeMismatchError,
} from './input/errors.ts';
export type { MeasuredImage, RangedImage } from './input/planes.ts';
export { type MsSsimConvention, type MsSsimOptions, msSsim } from './ms-ssim/ms-ssim.ts';
export { NoPatchesError, PairSizeError } from './noise/errors.ts';
export { type FlatPatchStatistics, flatPatchStatistics } from './noise/flat-patch-statistics.ts';
export type { ChannelCorrelation, NoiseShape } from './noise/noise-moments.ts';
export { type ImagePair, type PairStatistics, pairStatistics } from './noise/pair-statistics.ts';
export { type PsnrOptions, psnr } from './psnr/psnr.ts';
export type { SsimConvention } from './ssim/conventions.ts';
export { type SsimMap, type SsimOptions, ssim, ssimMap } from './ssim/ssim.ts';
