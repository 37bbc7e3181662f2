export { type ActNormOptions, actNorm } from './act-norm.ts';
export { additiveCoupling } from './additive-coupling.ts';
export { type AffineCouplingOptions, affineCoupling } from './affine-coupling.ts';
export { type AffineInjectorOptions, affineInjector } from './affine-injector.ts';
export { type MaskedAutoregressiveOptions, maskedAutoregressive } from './autoregressive/masked-autoregressive.ts';
export { type MaskedNetwork, type MaskedNetworkOptions, maskedNetwork } from './autoregressive/masked-network.ts';
export { type Base, defineBase, type FromNoiseOptions, type NoiseOptions } from './bases/base.ts';
export { type ClassConditionalOptions, classConditional } from './bases/class-conditional-base.ts';
export { type DiagonalNormalOptions, diagonalNormal } from './bases/diagonal-normal-base.ts';
export { type FullCovarianceNormalOptions, fullCovarianceNormal } from './bases/full-covariance-base.ts';
export { type MixtureOptions, mixture } from './bases/mixture-base.ts';
export { type StandardNormalOptions, standardNormal } from './bases/standard-normal-base.ts';
export { type UniformOptions, uniform } from './bases/uniform-base.ts';
export { type AffineBijectionOptions, affineBijection } from './bijections/affine.ts';
export { exponentialBijection } from './bijections/exponential.ts';
export { type LeakyReluBijectionOptions, leakyReluBijection } from './bijections/leaky-relu.ts';
export { type LogitOptions, logitBijection } from './bijections/logit.ts';
export { type PowerOptions, powerBijection } from './bijections/power.ts';
export { sigmoidBijection } from './bijections/sigmoid.ts';
export { softplusBijection } from './bijections/softplus.ts';
export { tanhBijection } from './bijections/tanh.ts';
export { type BitsPerDimOptions, bitsPerDim, meanBitsPerDim } from './bits-per-dim.ts';
export { type BoundedScale, boundedScale, type SigmoidScaleOptions } from './bounded-scale.ts';
export { type CheckerboardCouplingOptions, checkerboardCoupling } from './checkerboard-coupling.ts';
export { checkerboardSqueeze } from './checkerboard-squeeze.ts';
export { choleskyFactor } from './cholesky.ts';
export { conditionNumbers, inspectMatrix, type MatrixReport, requireWellConditioned } from './condition-numbers.ts';
export { type ConditionalStepOptions, conditionalStep } from './conditional-step.ts';
export type { CouplingOptions } from './coupling.ts';
export { type CouplingNetwork, type CouplingNetworkOptions, couplingNetwork } from './coupling-network.ts';
export {
  type CreateFlowOptions,
  createFlow,
  type Flow,
  type FlowDistribution,
  type SampleOptions,
} from './create-flow.ts';
export { defineLayer } from './define-layer.ts';
export { type DenseNetworkOptions, denseNetwork } from './dense-network.ts';
export {
  dequantise,
  type VariationalDequantisation,
  type VariationalDequantisationOptions,
  variationalDequantisation,
} from './dequantise.ts';
export { describeFlow } from './describe-flow.ts';
export { diagonalNormalLogDensity } from './diagonal-normal.ts';
export {
  FixedPointError,
  FlowConfigurationError,
  FlowContextError,
  FlowShapeError,
  IllConditionedError,
  LikelihoodError,
  SingularMatrixError,
} from './errors.ts';
export { type FixedBasisOptions, fixedBasis } from './fixed-basis.ts';
export type { Context, FlowLayer, Forward, Inverse, OutputGradients, Reversed } from './flow-layer.ts';
export { fullCovarianceNormalLogDensity } from './full-covariance-normal.ts';
export { type HaarSqueezeOptions, haarSqueeze } from './haar-squeeze.ts';
export type { HostMatrix } from './host-matrix.ts';
export { type HouseholderConv1x1Options, householderConv1x1 } from './householder-conv1x1.ts';
export { inverted } from './inverted.ts';
export { type InvertibleConv1x1Options, invertibleConv1x1 } from './invertible-conv1x1.ts';
export type { LuStart } from './lu-start.ts';
export { lumaHaarBasis } from './luma-haar-basis.ts';
export { invertMatrix, logAbsoluteDeterminant } from './matrix-inverse.ts';
export { type ReconstructionErrorOptions, reconstructionErrors } from './memory/reconstruction-error.ts';
export type { Rematerialisation } from './memory/rematerialised-forward.ts';
export { mixChannels } from './mix-channels.ts';
export { type Level, type MultiScaleFlow, multiScale } from './multi-scale.ts';
export { type NeuralSplineFlowOptions, neuralSplineFlow } from './neural-spline-flow.ts';
export { forwardKl, reverseKl } from './objectives.ts';
export { type PermutationOptions, permutation, reverseChannels, shuffleChannels } from './permutation.ts';
export { plainConv1x1 } from './plain-conv1x1.ts';
export { type PlanarOptions, planar } from './planar.ts';
export { type RadialOptions, radial } from './radial.ts';
export {
  type ResidualBlock,
  type ResidualBlockOptions,
  residualBlock,
  type TermsOptions,
  type TraceNoiseOptions,
} from './residual/residual-block.ts';
export { type SeparatedConditionalStepOptions, separatedConditionalStep } from './separated-conditional-step.ts';
export { type Backprop, type SequentialOptions, sequential } from './sequential.ts';
export type { Shape } from './shape.ts';
export type { Parametrisation } from './spline/knots.ts';
export { quadraticRoot } from './spline/quadratic-root.ts';
export { type RationalQuadraticOptions, rationalQuadratic } from './spline/rational-quadratic.ts';
export { type SplineCouplingOptions, splineCoupling, splineOutputs } from './spline-coupling.ts';
export { type SplitLayer, type SplitPriorOptions, splitPrior } from './split-prior.ts';
export { type SqueezeOptions, squeeze } from './squeeze.ts';
export { standardNormalLogDensity } from './standard-normal.ts';
export { type StandardiseOptions, standardise } from './standardise.ts';
export { type TransitionStepOptions, transitionStep } from './transition-step.ts';
export { invertLowerTriangular } from './triangular.ts';
export { type ZeroConv2dOptions, zeroConv2d } from './zero-conv2d.ts';
