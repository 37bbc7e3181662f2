export { bitsPerDimension, publishedNegativeLogLikelihood } from './bits-per-dim.ts';
export { type CheckpointExtras, deflowFromBytes, deflowToBytes } from './checkpoint.ts';
export type {
  ChannelStatistics,
  ConditioningConfig,
  ConvolutionsConfig,
  DeFlowConfig,
  DiagonalShiftConfig,
  FullShiftConfig,
  LevelConfig,
  RrdbConfig,
  SigmoidScaleConfig,
  StatisticsMatchingConfig,
  StepConfig,
  TanhScaleConfig,
} from './config.ts';
export { type CreateDeFlowOptions, createDeFlow } from './create-deflow.ts';
export type {
  Analysis,
  DeFlow,
  DegradeNoise,
  Domain,
  Encoded,
  Features,
  NoiseShapes,
  RestoreNoise,
  TrainingNoise,
} from './deflow.ts';
export {
  AbortedError,
  CheckpointError,
  FolderError,
  InvalidConfigError,
  ShapeMismatchError,
  TrainingDivergedError,
} from './errors.ts';
export {
  type DomainInvariance,
  type DomainInvarianceOptions,
  domainInvariance,
} from './invariance/domain-invariance.ts';
export { aim, dped, ntire, type Preset, paperSmall, presets, small, type TrainingRecipe } from './presets.ts';
export { type ExportReleasedOptions, exportReleased } from './released/export-released.ts';
export {
  type ImportReleasedOptions,
  importReleased,
  importRrdb,
  type ReleasedImport,
} from './released/import-released.ts';
export { type ReleasedPart, type ReleasedTensor, releasedLayout } from './released/layout.ts';
export type { ReleasedReport } from './released/mismatch.ts';
export {
  deflowFromReleased,
  deflowToReleased,
  type FromReleased,
  type FromReleasedOptions,
} from './released/released-files.ts';
export { recipeSchedule } from './schedule.ts';
export { sigmaEigenvalues } from './sigma-eigenvalues.ts';
export { type SmallRecipeOptions, withSmallRecipe } from './small-recipe.ts';
export { type TrainDeFlowOptions, type TrainingResult, trainDeFlow } from './train-deflow.ts';
export type { Batch, NextBatch } from './training-batch.ts';
export type { TrainingProgress } from './training-progress.ts';
export {
  createTranslator,
  type GenerateOptions,
  type TranslateOptions,
  type Translator,
  type TranslatorOptions,
} from './translator.ts';
