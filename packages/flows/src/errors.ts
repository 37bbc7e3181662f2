import { DeFlowError } from '@deflow/images';
import type { Shape } from './shape.ts';

/** A layer was built with options that do not fit together. */
export class FlowConfigurationError extends DeFlowError {}

/** A conditional layer was called without a context, or with one of the wrong size. */
export class FlowContextError extends DeFlowError {}

/** A matrix that has to be invertible is not. */
export class SingularMatrixError extends DeFlowError {}

/** A matrix can be inverted, but float32 loses too much on the way; `value` is the worst condition number. */
export class IllConditionedError extends DeFlowError {}

/** A fixed-point iteration did not arrive; `value` is how far its last step still moved. */
export class FixedPointError extends DeFlowError {}

/** A likelihood is not a number: the model has diverged or its input holds NaN. */
export class LikelihoodError extends DeFlowError {}

/** What a layer got and what it wanted; `path` leads to the layer through the compositions that hold it. */
export interface FlowShapeErrorDetails {
  readonly layer: string;
  readonly got: Shape;
  readonly wanted: string;
  readonly path?: readonly string[];
}

/** A tensor of the wrong shape reached a layer. Shapes are given without the batch axis. */
export class FlowShapeError extends DeFlowError {
  readonly layer: string;
  readonly got: Shape;
  readonly wanted: string;
  readonly path: readonly string[];

  constructor({ layer, got, wanted, path = [] }: FlowShapeErrorDetails) {
    const place = path.length === 0 ? layer : `${path.join(' > ')} (${layer})`;
    super(`${place} got shape [${got.join(', ')}] but wants ${wanted}.`, {
      remedy:
        'Shapes leave out the batch axis. Check the size of the data, or the channels that this layer was built for.',
      value: got,
    });
    this.layer = layer;
    this.got = got;
    this.wanted = wanted;
    this.path = path;
  }

  /** The same error seen from the composition that holds the layer under the name `name`. */
  within(name: string): FlowShapeError {
    return new FlowShapeError({ layer: this.layer, got: this.got, wanted: this.wanted, path: [name, ...this.path] });
  }
}

/** Runs `call`; a shape error inside it is thrown on with `name` in front of its path. */
export function within<Result>(name: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw error instanceof FlowShapeError ? error.within(name) : error;
  }
}
