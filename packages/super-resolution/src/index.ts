export { createNetwork } from './create-network.ts';
export {
  AbortedError,
  BatchShapeError,
  BrokenOutputError,
  InvalidNetworkError,
  InvalidRecipeError,
  NetworkFileError,
  TrainingCheckpointError,
  TrainingDivergedError,
} from './errors.ts';
export { l1Loss } from './l1-loss.ts';
export type { NetworkConfig, SuperResolutionNetwork } from './network.ts';
export { superResolutionFromBytes, superResolutionToBytes } from './network-file.ts';
export { pixelShuffle, pixelUnshuffle } from './pixel-shuffle.ts';
export { presets, psnr, quick, type SuperResolutionPreset, smallPsnr } from './presets.ts';
export { recipeSchedule, type SuperResolutionRecipe } from './recipe.ts';
export { type RestartingCosineOptions, restartingCosine } from './restarting-cosine.ts';
export type { RrdbNames } from './rrdb-names.ts';
export { type RrdbNetConfig, type RrdbNetOptions, rrdbNet } from './rrdb-net.ts';
export {
  loadStateDict,
  networkFromStateDict,
  networkToStateDict,
  type StateDict,
  type StateDictOptions,
} from './state-dict.ts';
export {
  type SuperResolutionTraining,
  type TrainSuperResolutionOptions,
  trainSuperResolution,
} from './train-super-resolution.ts';
export type { NextSuperResolutionBatch, SuperResolutionBatch } from './training-batch.ts';
export type { SuperResolutionProgress } from './training-progress.ts';
export { createUpscaler, type UpscaleOptions, type Upscaler, type UpscalerOptions } from './upscaler.ts';
