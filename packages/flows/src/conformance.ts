export {
  baseAsLayer,
  type CheckIntegralOptions,
  type CheckSamplesOptions,
  checkBaseLeaks,
  checkIntegral,
  checkSamples,
} from './conformance/check-base.ts';
export { type CheckGradientsOptions, checkGradients } from './conformance/check-gradients.ts';
export { type CheckInverseOptions, checkInverse } from './conformance/check-inverse.ts';
export { type CheckLeaksOptions, checkLeaks } from './conformance/check-leaks.ts';
export { type CheckLogDetOptions, checkLogDet } from './conformance/check-log-det.ts';
export { type CheckResult, ConformanceError, requirePassed } from './conformance/check-result.ts';
export { flattened } from './conformance/flattened.ts';
export { type FlowLayerCase, flowLayerChecks, type NamedCheck } from './conformance/flow-layer-checks.ts';
export { randomizeParameters } from './conformance/randomize-parameters.ts';
