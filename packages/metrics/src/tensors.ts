export { createDists, type Dists, type DistsOptions } from './dists/dists.ts';
export type { DistsWeights } from './dists/weights.ts';
export {
  createInception,
  type Inception,
  type InceptionImagesOptions,
  type InceptionOptions,
  type InceptionTensorOptions,
} from './inception/inception.ts';
export type { InceptionConvention } from './inception/resampling.ts';
export type { InceptionWeights } from './inception/weights.ts';
export { createLpips, type Lpips, type LpipsOptions } from './lpips/lpips.ts';
export type { LpipsVariant, LpipsVersion, LpipsWeights } from './lpips/weights.ts';
export { checkSamples } from './tensors/check-samples.ts';
export type { TensorComparisonOptions, TensorRange } from './tensors/compared.ts';
export { TensorShapeError, ValueRangeError } from './tensors/errors.ts';
export { type FsimOptions, fsim } from './tensors/fsim.ts';
export { type GmsdOptions, gmsd } from './tensors/gmsd.ts';
export { type HaarPsiOptions, haarPsi } from './tensors/haarpsi.ts';
export { type MdsiOptions, mdsi } from './tensors/mdsi.ts';
export { type MsSsimOptions, msSsim } from './tensors/ms-ssim.ts';
export { type PsnrOptions, psnr } from './tensors/psnr.ts';
export { type SsimOptions, ssim, ssimMap } from './tensors/ssim.ts';
export { type VifpOptions, vifp } from './tensors/vifp.ts';
