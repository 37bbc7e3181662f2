export { akld, type NoiseComparison } from './akld/akld.ts';
export { WeightsError } from './backbones/errors.ts';
export type { NetworkName } from './backbones/networks.ts';
export type { BackboneWeights, ConvolutionWeights } from './backbones/weights.ts';
export {
  type EvaluatedPair,
  type EvaluateOptions,
  type Evaluation,
  evaluateImages,
  evaluatePairs,
  type ImageMetrics,
  type ImageSource,
  type Outcome,
  type PairMetrics,
} from './batch/evaluate.ts';
export { type BrisqueOptions, brisque } from './brisque/brisque.ts';
export { BrisqueModelError } from './brisque/errors.ts';
export { type BrisqueModel, decodeBrisqueModel } from './brisque/model-files.ts';
export { type Consistency, type ConsistencyOptions, translationConsistency } from './consistency/consistency.ts';
export { FeatureSetError } from './distribution/errors.ts';
export { type FeatureMoments, featureMoments } from './distribution/feature-moments.ts';
export type { FeatureSet } from './distribution/feature-set.ts';
export { frechetDistance } from './distribution/frechet-distance.ts';
export {
  type KernelDistanceBlocks,
  type KernelDistanceBlocksOptions,
  type KernelDistanceOptions,
  kernelDistance,
  kernelDistanceBlocks,
} from './distribution/kernel-distance.ts';
export { sceneFeatures } from './distribution/scene-features.ts';
export { type DecodeDistsOptions, type DistsWeights, decodeDistsWeights } from './dists/weights.ts';
export { type FsimOptions, fsim } from './fsim/fsim.ts';
export { type GmsdOptions, gmsd, gmsdMap } from './gmsd/gmsd.ts';
export { type MsGmsdOptions, msGmsd } from './gmsd/ms-gmsd.ts';
export { type HaarPsiOptions, haarPsi } from './haarpsi/haarpsi.ts';
export { decodeInceptionWeights, type InceptionWeights } from './inception/weights.ts';
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
export type { ScoreMap } from './input/score-map.ts';
export { splitBatch } from './input/split-batch.ts';
export {
  type DecodeLpipsOptions,
  decodeLpipsWeights,
  type LpipsVariant,
  type LpipsVersion,
  type LpipsWeights,
} from './lpips/weights.ts';
export { type MdsiOptions, mdsi } from './mdsi/mdsi.ts';
export { type MsSsimConvention, type MsSsimOptions, msSsim } from './ms-ssim/ms-ssim.ts';
export type { FlatRule } from './natural-scenes/normalised-contrast.ts';
export { NiqeModelError, TooFewBlocksError } from './niqe/errors.ts';
export { type FitNiqeOptions, fitNiqe } from './niqe/fit-niqe.ts';
export { decodeNiqeModel, encodeNiqeModel } from './niqe/model-files.ts';
export { type NiqeFeatureOptions, type NiqeModel, type NiqeOptions, niqe } from './niqe/niqe.ts';
export { type Autocorrelation, type AutocorrelationOptions, noiseAutocorrelation } from './noise/autocorrelation.ts';
export { NoNoiseError, NoPatchesError, PairSizeError } from './noise/errors.ts';
export { type FlatPatchStatistics, flatPatchStatistics } from './noise/flat-patch-statistics.ts';
export { noiseDivergence } from './noise/histogram-divergence.ts';
export { type LevelFunction, type LevelFunctionOptions, noiseLevelFunction } from './noise/level-function.ts';
export type { ChannelCorrelation, NoiseShape } from './noise/noise-moments.ts';
export { type PairStatistics, pairStatistics } from './noise/pair-statistics.ts';
export { type PatchDivergenceOptions, patchDivergence } from './noise/patch-divergence.ts';
export type { ImagePair } from './noise/picture-change.ts';
export { relativeSoftness } from './noise/relative-softness.ts';
export type { BlockJudgement } from './piqe/block.ts';
export { type PiqeBlocks, type PiqeOptions, piqe, piqeBlocks } from './piqe/piqe.ts';
export { type PsnrOptions, psnr } from './psnr/psnr.ts';
export type { SsimConvention } from './ssim/conventions.ts';
export { type SsimOptions, ssim, ssimMap } from './ssim/ssim.ts';
export { type VifpOptions, vifp } from './vif/vifp.ts';
