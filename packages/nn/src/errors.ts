import { DeFlowError } from '@deflow/images';

/** An option or an argument that no result can be computed for: a rate below zero, an even kernel, lists of different lengths. */
export class InvalidOptionError extends DeFlowError {}

/** A layer was applied to a tensor that it was not made for. */
export class LayerInputError extends DeFlowError {}
