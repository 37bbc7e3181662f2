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
  InvalidConfigError,
  ShapeMismatchError,
  TrainingDivergedError,
} from './errors.ts';
export { aim, dped, ntire, type Preset, paperSmall, presets, small, type TrainingRecipe } from './presets.ts';
export { recipeSchedule } from './schedule.ts';
export { type TrainDeFlowOptions, type TrainingResult, trainDeFlow } from './train-deflow.ts';
export type { Batch, NextBatch } from './training-batch.ts';
export type { TrainingProgress } from './training-progress.ts';
export { createTranslator, type TranslateOptions, type Translator, type TranslatorOptions } from './translator.ts';
