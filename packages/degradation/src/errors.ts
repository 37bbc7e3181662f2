import { DeFlowError } from '@deflow/images';

/** A model description that cannot be built. */
export class InvalidConfigError extends DeFlowError {}

/** Tensors handed to the model do not fit together or do not fit the model. */
export class ShapeMismatchError extends DeFlowError {}

/** The loss was not a finite number for too many steps in a row. `checkpoint` holds the last good state. */
export class TrainingDivergedError extends DeFlowError {
  readonly checkpoint: Uint8Array;

  constructor(skipped: number, step: number, checkpoint: Uint8Array) {
    super(`The loss was not a finite number in ${skipped} steps in a row, up to step ${step}.`, {
      value: step,
      remedy:
        'Lower the learning rate or the gradient clip, or look for images that hold no numbers between 0 and 1. ' +
        'The last good state is in the error’s `checkpoint`.',
    });
    this.checkpoint = checkpoint;
  }
}

/** Bytes that are no checkpoint of a DeFlow, or one of another model. */
export class CheckpointError extends DeFlowError {}

/** A folder of pictures that cannot be translated: missing, empty, or one whose results would replace its pictures. */
export class FolderError extends DeFlowError {}

/** Work was stopped through its `AbortSignal`. */
export class AbortedError extends DeFlowError {
  constructor(what: string) {
    super(`${what} was stopped by its signal.`, { remedy: 'Start it again to have all results.' });
  }
}
