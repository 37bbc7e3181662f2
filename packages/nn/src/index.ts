export { leakyRelu, relu } from './activations.ts';
export { type Adam, type AdamOptions, type AdamRates, adam } from './adam.ts';
export { type Clipped, clipByGlobalNorm, globalNorm } from './clip-by-global-norm.ts';
export { type Compile, type Compiled, type CompileOptions, runEagerly, type TensorTree } from './compile.ts';
export { type Conv2d, type Conv2dOptions, conv2d, convolve } from './conv2d.ts';
export { type DenseBlockOptions, denseBlock } from './dense-block.ts';
export { countParameters, describeParameters, type ParameterCount } from './describe-parameters.ts';
export { convolveEnlarged, type Enlargement, neighbourDifferences } from './enlarged-convolution.ts';
export {
  GradientMismatchError,
  GradientsMissingError,
  LayerInputError,
  ParameterMismatchError,
} from './errors.ts';
export {
  type ExponentialMovingAverage,
  type ExponentialMovingAverageOptions,
  exponentialMovingAverage,
} from './exponential-moving-average.ts';
export { checkGradient, type GradientCheck, type GradientCheckOptions } from './gradient-check.ts';
export {
  constant,
  fanIn,
  type Initializer,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  normal,
  pyTorchDefault,
  uniform,
  zeros,
} from './initializers.ts';
export type { Layer } from './layer.ts';
export { nearestUpsample } from './nearest-upsample.ts';
export { notBefore } from './not-before.ts';
export { orthogonal } from './orthogonal.ts';
export { exportParameters, type Imported, type ImportOptions, importParameters } from './parameter-tensors.ts';
export {
  createParameter,
  disposeParameters,
  namedParameters,
  type ParameterOptions,
  type ParameterTree,
  trainableParameters,
} from './parameters.ts';
export { requireGradients } from './require-gradients.ts';
export { rrdb } from './rrdb.ts';
export {
  joinRrdbFeatures,
  type RrdbEncoder,
  type RrdbEncoderOptions,
  type RrdbFeatures,
  rrdbEncoder,
} from './rrdb-encoder.ts';
export {
  type CosineScheduleOptions,
  constantSchedule,
  cosineSchedule,
  type FirstCount,
  type MultiStepScheduleOptions,
  multiStepSchedule,
  type Schedule,
  warmUp,
} from './schedules.ts';
export { sequence } from './sequence.ts';
export { type StepClock, type StepTimes, stepClock } from './step-clock.ts';
export {
  allFinite,
  type EachGuarded,
  type Guarded,
  zeroEachUnlessFinite,
  zeroUnlessFinite,
} from './zero-unless-finite.ts';
