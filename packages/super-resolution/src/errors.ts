import { DeFlowError } from '@deflow/images';

/** A network description that cannot be built. */
export class InvalidNetworkError extends DeFlowError {}

/** A file whose parameters are those of no known network, or of another one. */
export class NetworkFileError extends DeFlowError {}

/** A recipe that cannot be followed. */
export class InvalidRecipeError extends DeFlowError {}

/** A batch whose arrays do not fit together or do not fit the model. */
export class BatchShapeError extends DeFlowError {}

/** A checkpoint that holds no training, or one of another model. */
export class TrainingCheckpointError extends DeFlowError {}

/** Loss or gradient were not finite for too many steps in a row. `checkpoint` holds the last good state. */
export class TrainingDivergedError extends DeFlowError {
  readonly checkpoint: Uint8Array;

  constructor(skipped: number, step: number, checkpoint: Uint8Array) {
    super(`The loss or its gradient was not finite in ${skipped} steps in a row, up to step ${step}.`, {
      value: step,
      remedy:
        'Lower the learning rate, set `clip`, or look for images that hold no numbers between 0 and 1. ' +
        'The last good state is in the error’s `checkpoint`.',
    });
    this.checkpoint = checkpoint;
  }
}

/** The network gave something that is no picture: NaN, infinity, or nothing but zeros. */
export class BrokenOutputError extends DeFlowError {}

/** Work was stopped through its `AbortSignal`. */
export class AbortedError extends DeFlowError {
  constructor(what: string) {
    super(`${what} was stopped by its signal.`, { remedy: 'Start it again to have all results.' });
  }
}
