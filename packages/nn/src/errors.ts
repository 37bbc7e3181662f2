import { DeFlowError } from '@deflow/images';

/** A layer was applied to a tensor that it was not made for. */
export class LayerInputError extends DeFlowError {}

/** A checkpoint whose names or shapes are not those of the model. */
export class ParameterMismatchError extends DeFlowError {}

/** No gradients are registered in TensorFlow.js, so nothing can be trained. */
export class GradientsMissingError extends DeFlowError {}

/** A gradient that finite differences contradict. */
export class GradientMismatchError extends DeFlowError {}
